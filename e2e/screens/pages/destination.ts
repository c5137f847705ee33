import type { Page } from '@playwright/test'
import { never, type Screen, type State } from '../cell.ts'
import { change, fail, forbid, hold } from '../faults.ts'

const route = '(console)/brokers/[broker]/destinations/[destination]/page.tsx'
const at = (broker: string, id: string, query = '') =>
  `/brokers/${broker}/destinations/${encodeURIComponent(id)}${query}`
const onePath = /^\/brokers\/shop\/destinations\/[^/]+$/
const listPath = /\/messages$/
const messagePath = /\/messages\/[^/]+$/

const openFirst = (page: Page) =>
  page
    .getByRole('table', { name: /^Messages of / })
    .locator('tbody tr')
    .first()
    .locator('td')
    .nth(1)
    .click()
async function tick(page: Page, count: number): Promise<void> {
  const boxes = page
    .getByRole('table', { name: /^Messages of / })
    .locator('tbody')
    .getByRole('checkbox')
  for (let index = 0; index < count; index += 1) await boxes.nth(index).check()
}

/** A tab is a part of one answer: what the whole page says without it is the first tab's. */
const withThePage: Pick<Record<State, { never: string }>, 'loading' | 'failed' | 'forbidden' | 'stale'> = {
  loading: never('The page comes as one answer: see the messages'),
  failed: never('The page comes as one answer: see the messages'),
  forbidden: never('The page comes as one answer: see the messages'),
  stale: never('The page comes as one answer: see the messages'),
}

/** One destination: its messages, one message, its parts, publishing. */
export const destinationScreens: readonly Screen[] = [
  {
    name: 'messages',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: /^Read \d+ of \d+/,
        title: 'orders.dlq',
      }),
      empty: ({ ids }) => ({ path: at('shop', ids.emails), sees: 'No messages here', title: 'emails' }),
      loading: ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: 'Reading messages',
        title: 'orders.dlq',
        given: (page) => hold(page, listPath),
      }),
      partial: ({ ids }) => ({
        path: at('partial', ids.topic),
        sees: /artition 1 has no leader/,
        title: 'order-events',
      }),
      stale: ({ ids }) => ({
        path: at('stale', ids.deadLetters),
        sees: /What stands here was read before/,
        title: 'orders.dlq',
        given: (page) => hold(page, listPath),
      }),
      failed: ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: 'Reading the messages failed',
        also: ['Try again'],
        title: 'orders.dlq',
        given: (page) => fail(page, listPath),
      }),
      forbidden: ({ ids }) => ({
        path: at('forbidden', ids.deadLetters),
        sees: /ACCESS_REFUSED: this user may list/,
        also: [/administers the broker can grant it/],
        title: 'orders.dlq',
      }),
      '10,000 rows': ({ ids }) => ({
        path: at('shop', ids.topic),
        sees: /^Read 100 of \d{2,3}\s\d{3}/,
        title: 'order-events',
      }),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileLetters),
        sees: /^Read \d+ of \d+/,
        title: /<script>alert\("orders"\)<\/script>\.dlq$/,
      }),
    },
    more: {
      'before the first look': ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: 'Looking here is not free',
        also: ['Peek 100'],
        title: 'orders.dlq',
        given: (page) => change(page, onePath, withCost),
      }),
      selection: ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: '2 selected',
        also: [/^Replay 2 to /],
        title: 'orders.dlq',
        act: (page) => tick(page, 2),
      }),
      'loading the page': ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: 'Loading the destination',
        title: 'orders.dlq',
        given: (page) => hold(page, onePath),
      }),
      'the page failed': ({ ids }) => ({
        path: at('failed', ids.deadLetters),
        sees: 'Reading the destination failed',
        also: [/unexpected frame 0x41/, 'Try again'],
        title: 'orders.dlq',
      }),
      'the page forbidden': ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: /lacks the permission brokers\.read/,
        title: 'orders.dlq',
        given: (page) => forbid(page, onePath, 'brokers.read'),
      }),
    },
  },
  {
    name: 'message',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.deadLetters),
        sees: 'Came from',
        also: ['Copy summary'],
        title: 'orders.dlq',
        act: openFirst,
      }),
      empty: never(
        'A message is there or it is not; a body that is empty or null is said in the hostile one',
      ),
      loading: ({ ids }) => ({
        path: at('shop', ids.deadLetters, '?message=q-999999'),
        sees: 'Reading the message',
        title: 'orders.dlq',
        given: (page) => hold(page, messagePath),
      }),
      partial: never('A message is read whole or not at all; one too large says so in its body'),
      stale: never('A message does not change once it was read'),
      failed: ({ ids }) => ({
        path: at('shop', ids.deadLetters, '?message=q-999999'),
        sees: 'This message could not be read',
        also: ['Try again'],
        title: 'orders.dlq',
        given: (page) => fail(page, messagePath),
      }),
      forbidden: ({ ids }) => ({
        path: at('shop', ids.deadLetters, '?message=q-999999'),
        sees: /lacks the permission messages\.read/,
        title: 'orders.dlq',
        given: (page) => forbid(page, messagePath, 'messages.read'),
      }),
      '10,000 rows': never('It is one message'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileLetters),
        sees: 'Came from',
        title: /\.dlq$/,
        act: openFirst,
      }),
    },
    more: {
      headers: ({ ids }) => ({
        path: at('hostile', ids.hostileLetters),
        sees: 'a header␊of two lines',
        title: /\.dlq$/,
        act: async (page) => {
          await openFirst(page)
          await page.getByRole('tab', { name: /^Headers/ }).click()
        },
      }),
    },
  },
  {
    name: 'bindings',
    route,
    states: {
      full: ({ ids }) => ({ path: at('shop', ids.exchange), sees: 'order.created', title: 'shop' }),
      empty: ({ ids }) => ({
        path: at('shop', ids.exchange, '?tab=bindings'),
        sees: 'No bindings',
        title: 'shop',
        given: (page) => change(page, onePath, (row: object) => ({ ...row, bindings: [] })),
      }),
      ...withThePage,
      partial: never('Bindings come whole or not at all'),
      '10,000 rows': never('The broker refuses exchanges with so many bindings long before'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileExchange),
        sees: /a\.⟨202E⟩#/,
        title: /onerror=alert\(1\)>$/,
      }),
    },
  },
  {
    name: 'partitions',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.topic, '?tab=partitions'),
        sees: 'sandbox-1',
        title: 'order-events',
      }),
      empty: never('A topic has at least one partition'),
      ...withThePage,
      partial: ({ ids }) => ({
        path: at('partial', ids.topic, '?tab=partitions'),
        sees: /artition 1 has no leader/,
        title: 'order-events',
      }),
      '10,000 rows': never('A topic has at most a few hundred partitions'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileTopic, '?tab=partitions'),
        sees: 'sandbox-1',
        title: '..%2F..',
      }),
    },
  },
  {
    name: 'consumers',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=consumers'),
        sees: 'order-worker-1',
        title: 'orders',
      }),
      empty: ({ ids }) => ({
        path: at('shop', ids.deadLetters, '?tab=consumers'),
        sees: /^Nobody/,
        title: 'orders.dlq',
      }),
      ...withThePage,
      partial: never('Consumers come whole or not at all'),
      '10,000 rows': never('A queue has at most a few hundred consumers'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileQueue, '?tab=consumers'),
        sees: /onerror=alert\(1\)>/,
        title: /^<script>/,
      }),
    },
  },
  {
    name: 'destination settings',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=settings'),
        sees: 'dead-letter-exchange',
        title: 'orders',
      }),
      empty: ({ ids }) => ({
        path: at('shop', ids.deadLetters, '?tab=settings'),
        sees: 'No settings',
        title: 'orders.dlq',
      }),
      ...withThePage,
      partial: never('Settings come whole or not at all'),
      '10,000 rows': never('A destination has some dozens of settings'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileQueue, '?tab=settings'),
        sees: /onerror=alert\(1\)>/,
        title: /^<script>/,
      }),
    },
  },
  {
    name: 'publish',
    route,
    states: {
      full: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=publish'),
        sees: 'Confirmed by the broker',
        title: 'orders',
        act: async (page) => {
          await page.getByRole('button', { name: 'Text', exact: true }).click()
          await page.getByLabel('Body', { exact: true }).fill('hello')
          await page.getByRole('button', { name: 'Add a header' }).click()
          await page.getByRole('button', { name: /^Publish 1 to / }).click()
        },
      }),
      empty: ({ ids }) => ({
        path: at('shop', ids.topic, '?tab=publish'),
        sees: /^Where it landed is shown here/,
        title: 'order-events',
      }),
      loading: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=publish'),
        sees: /^Publish 1 to /,
        title: 'orders',
        given: (page) => hold(page, listPath),
        act: async (page) => {
          await page.getByRole('button', { name: 'Text', exact: true }).click()
          await page.getByRole('button', { name: /^Publish 1 to / }).click()
        },
      }),
      partial: never('One message is confirmed or it is not'),
      stale: never('It shows no value that could age'),
      failed: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=publish'),
        sees: 'Not published',
        title: 'orders',
        given: (page) => fail(page, listPath),
        act: async (page) => {
          await page.getByRole('button', { name: 'Text', exact: true }).click()
          await page.getByRole('button', { name: /^Publish 1 to / }).click()
        },
      }),
      forbidden: ({ ids }) => ({
        path: at('shop', ids.orders, '?tab=publish'),
        sees: 'Nothing can be published here',
        also: [/lacks the permission messages\.publish/],
        title: 'orders',
        given: (page) =>
          change(page, '/me', (me: { permissions: string[] }) => ({
            ...me,
            permissions: me.permissions.filter((one) => one !== 'messages.publish'),
          })),
      }),
      '10,000 rows': never('It lists nothing'),
      'hostile names': ({ ids }) => ({
        path: at('hostile', ids.hostileQueue, '?tab=publish'),
        sees: /^Where it landed is shown here/,
        title: /^<script>/,
      }),
    },
  },
]

/** A queue whose broker counts a look, as RabbitMQ's do: the cost stands before the first one. */
function withCost(row: { abilities: Record<string, object> }): object {
  const effects = [
    { code: 'sets-redelivered', detail: 'What is looked at carries the redelivered flag afterwards.' },
    { code: 'counts-delivery', detail: 'A quorum queue counts it as a delivery; the limit here is 20.' },
  ]
  return { ...row, abilities: { ...row.abilities, browse: { ...row.abilities.browse, effects } } }
}
