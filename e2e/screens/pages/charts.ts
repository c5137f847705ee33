import type { Page } from '@playwright/test'
import { answerEvents, answerSeries, fallingBehind, type SeriesAnswer } from '../../support/series.ts'
import { never, type Screen } from '../cell.ts'
import { change, fail, forbid, hold } from '../faults.ts'
import type { World } from '../world.ts'

const series = '/series'
const happened = [
  { kind: 'deploy', text: 'Deploy of shop 1.4', at: 0.2 },
  { kind: 'purge', text: 'ada purged orders', at: 0.205 },
  { kind: 'rebalance', text: 'Rebalance: 4 members', at: 0.5 },
]
const given =
  (answer: Partial<SeriesAnswer> = {}) =>
  async (page: Page) => {
    await answerSeries(page, { value: fallingBehind, ...answer })
    await answerEvents(page, 'shop', happened)
  }
/** As chosen by a person: otherwise they are put away where there is little room. */
const openForGood = async (page: Page) => {
  const bar = page.getByRole('region', { name: 'Charts' }).getByRole('button', { name: 'Charts' })
  await bar.click()
  await bar.click()
}
const reason = 'The broker counts no such messages here'
const withoutRates = async (page: Page) => {
  await given()(page)
  const uncounted = { state: 'unsupported', reason }
  await change(page, /^\/brokers\/shop\/destinations\/[^/]+$/, (row: { readings: object }) => ({
    ...row,
    readings: { ...row.readings, inRate: uncounted, outRate: uncounted, ackRate: uncounted },
  }))
}
const group = ({ ids }: World) => `/brokers/shop/groups/${encodeURIComponent(ids.group)}`
const compared = ({ ids }: World) => {
  const one = encodeURIComponent
  const list = [`shop////inRate`, `shop/${one(ids.orders)}///depth`, `shop//${one(ids.group)}//lag`]
  return `/compare?s=${one(list.join(','))}`
}
const holes = (share: number, metric: string) =>
  (share > 0.3 && share < 0.42) || (share > 0.7 && share < 0.72) ? null : fallingBehind(share, metric)

/** The charts of a page in every state, and the page that compares. */
export const chartScreens: readonly Screen[] = [
  {
    name: 'charts',
    route: '(console)/brokers/[broker]/groups/[group]/page.tsx',
    states: {
      full: (world) => ({ path: group(world), sees: '3 events', title: 'inventory', given: given() }),
      empty: (world) => ({
        path: group(world),
        sees: 'No data',
        also: ['Nothing was kept of it so far.'],
        title: 'inventory',
        given: given({ value: () => null, sinceMs: null }),
      }),
      loading: (world) => ({
        path: group(world),
        sees: 'Live',
        title: 'inventory',
        given: (page) => hold(page, series),
      }),
      partial: (world) => ({
        path: group(world),
        sees: /^2 gaps, /,
        title: 'inventory',
        given: given({ value: holes }),
      }),
      stale: (world) => ({
        path: group(world),
        sees: 'stale',
        title: 'inventory',
        given: given({ endsAt: 0.8 }),
      }),
      failed: (world) => ({
        path: group(world),
        sees: /Something went wrong here/,
        also: ['Try again'],
        title: 'inventory',
        given: (page) => fail(page, series),
      }),
      forbidden: (world) => ({
        path: group(world),
        sees: /lacks the permission brokers\.read/,
        title: 'inventory',
        given: (page) => forbid(page, series, 'brokers.read'),
      }),
      '10,000 rows': never('A chart has a thousand points at most: the server folds the rest'),
      'hostile names': never('The page around the charts has them; a chart writes only readings'),
    },
    more: {
      estimated: (world) => ({
        path: group(world),
        sees: 'estimated',
        title: 'inventory',
        given: given({ estimated: [[0.6, 1]] }),
      }),
      unsupported: ({ ids }) => ({
        path: `/brokers/shop/destinations/${encodeURIComponent(ids.orders)}?tab=settings`,
        sees: 'Not measured here',
        also: [reason],
        title: 'orders',
        given: withoutRates,
        act: openForGood,
      }),
      'seven days, averaged': (world) => ({
        path: `${group(world)}?range=7d`,
        sees: '3 events',
        title: 'inventory',
        given: given({ spread: 0.3 }),
      }),
      events: (world) => ({
        path: group(world),
        sees: 'ada purged orders',
        title: 'inventory',
        given: given(),
        act: async (page) => {
          await page.getByRole('button', { name: '3 events' }).click()
        },
      }),
      table: (world) => ({
        path: group(world),
        sees: 'Lag',
        title: 'inventory',
        given: given(),
        act: (page) => page.getByRole('button', { name: 'Lag as a table' }).click(),
      }),
    },
  },
  {
    name: 'compare',
    route: '(console)/compare/page.tsx',
    states: {
      full: (world) => ({ path: compared(world), sees: '3 of 8 series', title: 'Compare', given: given() }),
      empty: () => ({ path: '/compare', sees: 'Nothing to compare yet', title: 'Compare' }),
      loading: (world) => ({
        path: compared(world),
        sees: '3 of 8 series',
        title: 'Compare',
        given: (page) => hold(page, series),
      }),
      partial: (world) => ({
        path: compared(world),
        sees: /^2 gaps, /,
        title: 'Compare',
        given: given({ value: holes }),
      }),
      stale: (world) => ({
        path: compared(world),
        sees: 'stale',
        title: 'Compare',
        given: given({ endsAt: 0.8 }),
      }),
      failed: (world) => ({
        path: compared(world),
        sees: /Something went wrong here/,
        also: ['Try again'],
        title: 'Compare',
        given: (page) => fail(page, series),
      }),
      forbidden: (world) => ({
        path: compared(world),
        sees: /lacks the permission brokers\.read/,
        title: 'Compare',
        given: (page) => forbid(page, series, 'brokers.read'),
      }),
      '10,000 rows': never('Eight series at most are compared'),
      'hostile names': ({ ids }) => ({
        path: `/compare?s=${encodeURIComponent(`hostile//${encodeURIComponent(ids.hostileGroup)}//lag`)}`,
        sees: /onerror=alert\(1\)>/,
        title: 'Compare',
        given: given(),
      }),
    },
  },
]
