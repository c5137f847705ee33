import type { Page } from '@playwright/test'
import { never, type Screen } from '../cell.ts'
import { change, fail, forbid, hold, multiply, only } from '../faults.ts'

const destination = '(console)/brokers/[broker]/destinations/[destination]/page.tsx'
const run = (id: string) => `/replays/${encodeURIComponent(id)}`
const onePath = /^\/replays\/[^/]+$/

async function openSheet(page: Page): Promise<void> {
  const rows = page.getByRole('table', { name: /^Messages of / }).locator('tbody')
  for (const index of [0, 1, 2, 3]) await rows.getByRole('checkbox').nth(index).check()
  await page
    .getByRole('region', { name: 'Selection' })
    .getByRole('button', { name: /^Replay / })
    .click()
  await page.getByRole('dialog', { name: /^Replay / }).waitFor()
}

const queue = (broker: string, id: string) => `/brokers/${broker}/destinations/${encodeURIComponent(id)}`

/** Replays: the sheet, one run, all runs. And the dialogs that take messages out. */
export const replayScreens: readonly Screen[] = [
  {
    name: 'replay sheet',
    route: destination,
    states: {
      full: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: /^Each message is written to the ledger before it is sent/,
        also: ['Dry run', /^Replay 4 to /],
        title: 'orders.dlq',
        act: openSheet,
      }),
      empty: never('It opens on messages that were chosen'),
      loading: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: 'Dry run',
        title: 'orders.dlq',
        given: (page) => hold(page, '/replays'),
        act: async (page) => {
          await openSheet(page)
          await page.getByRole('button', { name: 'Dry run' }).click()
        },
      }),
      partial: never('A plan names the messages it leaves out: see the dry run'),
      stale: never('It plans from the broker as it is when the plan is made'),
      failed: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: /^Something went wrong here/,
        title: 'orders.dlq',
        given: (page) => fail(page, '/replays'),
        act: async (page) => {
          await openSheet(page)
          await page.getByRole('button', { name: 'Dry run' }).click()
        },
      }),
      forbidden: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: /lacks the permission replays\.run/,
        title: 'orders.dlq',
        given: (page) => forbid(page, '/replays', 'replays.run'),
        act: async (page) => {
          await openSheet(page)
          await page.getByRole('button', { name: 'Dry run' }).click()
        },
      }),
      '10,000 rows': never('It shows three samples and the count'),
      'hostile names': ({ ids }) => ({
        path: queue('hostile', ids.hostileLetters),
        sees: /^Each message is written to the ledger before it is sent/,
        title: /\.dlq$/,
        act: openSheet,
      }),
    },
    more: {
      'dry run': ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: 'Dry run: nothing was sent.',
        title: 'orders.dlq',
        act: async (page) => {
          await openSheet(page)
          await page.getByRole('button', { name: 'Dry run' }).click()
        },
      }),
      'another destination': ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: 'Find a destination',
        title: 'orders.dlq',
        act: async (page) => {
          await openSheet(page)
          await page.getByRole('button', { name: 'Another destination' }).click()
        },
      }),
      purge: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: 'Type orders.dlq to confirm',
        also: [/^Purge \d+ messages$/],
        title: 'orders.dlq',
        act: (page) => page.getByRole('button', { name: 'Purge' }).click(),
      }),
      'hostile purge': ({ ids }) => ({
        path: queue('hostile', ids.hostileLetters),
        sees: /^Type <script>alert\("orders"\)<\/script>\.dlq to confirm$/,
        title: /\.dlq$/,
        act: (page) => page.getByRole('button', { name: 'Purge' }).click(),
      }),
      delete: ({ ids }) => ({
        path: queue('shop', ids.deadLetters),
        sees: 'Type orders.dlq to confirm',
        also: [/^Delete 1 message$/],
        title: 'orders.dlq',
        act: async (page) => {
          const rows = page.getByRole('table', { name: /^Messages of / }).locator('tbody')
          await rows.getByRole('checkbox').first().check()
          await page.getByRole('button', { name: 'Delete 1' }).click()
        },
      }),
    },
  },
  {
    name: 'run',
    route: '(console)/replays/[replay]/page.tsx',
    states: {
      full: ({ runs }) => ({
        path: run(runs.completed),
        sees: /^delivered to orders/i,
        also: ['Copy summary', 'Since then'],
        title: 'orders.dlq',
      }),
      empty: never('A run has at least one message'),
      loading: ({ runs }) => ({
        path: run(runs.completed),
        sees: 'Loading the run',
        title: 'Replay run',
        given: (page) => hold(page, onePath),
      }),
      partial: ({ runs }) => ({
        path: run(runs.completed),
        sees: '2 messages in doubt',
        also: ['It arrived', 'Send again'],
        title: 'orders.dlq',
        given: (page) => doubt(page, 2),
      }),
      stale: never(
        'It is the console’s own ledger; what it says of the brokers since then is read as it opens',
      ),
      failed: ({ runs }) => ({
        path: run(runs.completed),
        sees: 'Reading the run failed',
        also: ['Try again'],
        title: 'Replay run',
        given: (page) => fail(page, onePath),
      }),
      forbidden: ({ runs }) => ({
        path: run(runs.completed),
        sees: /lacks the permission replays\.read/,
        title: 'Replay run',
        given: (page) => forbid(page, onePath, 'replays.read'),
      }),
      '10,000 rows': ({ runs }) => ({
        path: run(runs.completed),
        sees: /^All 10\s000$/,
        title: 'orders.dlq',
        given: async (page) => {
          await change(page, onePath, (body: { counts: object }) => ({
            ...body,
            counts: { ...body.counts, total: 10_000, done: 10_000 },
          }))
          await multiply(page, /^\/replays\/[^/]+\/items$/)
        },
      }),
      'hostile names': ({ runs }) => ({
        path: run(runs.hostile),
        sees: /^delivered to <script>/i,
        title: /\.dlq$/,
      }),
    },
    more: {
      running: ({ runs }) => ({
        path: run(runs.running),
        sees: 'Pause',
        also: ['0.1 /s'],
        title: 'stock-changes.DLT',
      }),
      paused: ({ runs }) => ({ path: run(runs.paused), sees: 'Resume', title: 'orders.dlq' }),
      'dry run': ({ runs }) => ({ path: run(runs.dry), sees: /^dry run, /, title: 'payments.dlq' }),
    },
  },
  {
    name: 'replays',
    route: '(console)/replays/page.tsx',
    states: {
      full: () => ({ path: '/replays', sees: /^\d+ in all/, title: 'Replays' }),
      empty: () => ({
        path: '/replays',
        sees: 'No replay yet',
        title: 'Replays',
        given: (page) => change(page, '/replays', () => ({ items: [], nextCursor: null, total: 0 })),
      }),
      loading: () => ({
        path: '/replays',
        sees: 'Loading replays',
        title: 'Replays',
        given: (page) => hold(page, '/replays'),
      }),
      partial: never('It is the console’s own list'),
      stale: never('It is the console’s own list'),
      failed: () => ({
        path: '/replays',
        sees: 'Listing the replays failed',
        also: ['Try again'],
        title: 'Replays',
        given: (page) => fail(page, '/replays'),
      }),
      forbidden: () => ({
        path: '/replays',
        sees: /lacks the permission replays\.read/,
        also: [/An admin can grant it/],
        title: 'Replays',
        given: (page) => forbid(page, '/replays', 'replays.read'),
      }),
      '10,000 rows': () => ({
        path: '/replays',
        sees: /10\s000 in all/,
        title: 'Replays',
        given: (page) => multiply(page, '/replays'),
      }),
      'hostile names': () => ({
        path: '/replays',
        sees: /^\d+ in all/,
        title: 'Replays',
        given: (page) => only(page, 'hostile'),
      }),
    },
  },
]

/** The run as if the broker's confirmation of its last messages had been lost. */
async function doubt(page: Page, count: number): Promise<void> {
  type Counts = { counts: { done: number } }
  type Items = { items: { state: string; reason?: string }[] }
  await change(page, onePath, (body: Counts) => ({
    ...body,
    counts: { ...body.counts, done: body.counts.done - count, uncertain: count },
  }))
  await change(
    page,
    /^\/replays\/[^/]+\/items$/,
    ({ items, ...rest }: Items, url) => {
      const unsure = items.slice(-count).map((item) => ({
        ...item,
        state: 'uncertain',
        reason: 'The connection broke before the confirmation came',
      }))
      const all = [...items.slice(0, -count), ...unsure]
      return { ...rest, items: url.searchParams.get('state') === 'uncertain' ? unsure : all }
    },
    (url) => {
      url.searchParams.delete('state')
      return url
    },
  )
}
