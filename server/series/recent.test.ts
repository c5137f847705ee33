import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import { type RecentSample, RecentSeries } from './recent.ts'

const size = { stepMs: 1_000, length: 5 }
const at = new Date(0).toISOString()
const ok = (value: number, quality: 'exact' | 'approximate' = 'exact'): Reading => ({
  state: 'ok',
  value,
  unit: 'messages',
  at,
  quality,
})
const last: Reading = {
  state: 'unavailable',
  reason: 'gone',
  at,
  last: { state: 'ok', value: 9, unit: 'messages', at, quality: 'exact' },
}

function sample(atMs: number, depths: Readonly<Record<string, Reading>>, more: Partial<RecentSample> = {}) {
  const destinations = Object.entries(depths).map(([id, depth]) => ({ id, readings: { depth } }))
  return { atMs, readings: {}, destinations, groups: [], ...more }
}
function depthOf(series: RecentSeries, id: string, nowMs: number) {
  const { items } = series.read('b', { metrics: ['depth'], destinations: [id] }, nowMs)
  return items[0]?.points
}
const row = (partition: number, committed: string | null, end: string | null): LagRow => ({
  destination: 't',
  partition,
  committed,
  start: '0',
  end,
  lag: committed === null || end === null ? last : ok(Number(end) - Number(committed)),
})
const group = (...lag: LagRow[]) => ({ id: 'g', total: ok(1), lag })

test('a value stands in its step, the last of it; what is not current is a gap', () => {
  const series = new RecentSeries(size)
  series.write(sample(10_000, { a: ok(1) }))
  series.write(sample(10_400, { a: ok(2) }))
  series.write(sample(11_000, { a: last }))
  series.write(sample(13_200, { a: ok(0) }))
  expect(depthOf(series, 'a', 13_500)).toEqual([null, 2, null, null, 0])
})

test('a step under way is no gap until the next one is over', () => {
  const series = new RecentSeries(size)
  series.write(sample(10_000, { a: ok(1) }))
  expect(depthOf(series, 'a', 11_900)?.at(-1)).toBe(1)
  expect(depthOf(series, 'a', 12_100)?.slice(-2)).toEqual([1, null])
  expect(series.read('b', { metrics: ['inRate'] }, 12_100)).toMatchObject({
    since: new Date(10_000).toISOString(),
    at: new Date(11_000).toISOString(),
    stepMs: 1_000,
    items: [],
  })
})

test('deleted and recreated: another incarnation, or away for a sample, begins anew', () => {
  const series = new RecentSeries(size)
  const named = (incarnation: string, depth: number) => ({
    destinations: [{ id: 'a', incarnation, readings: { depth: ok(depth) } }],
  })
  series.write(sample(10_000, {}, named('one', 5)))
  series.write(sample(11_000, {}, named('two', 6)))
  expect(depthOf(series, 'a', 11_000)).toEqual([null, null, null, null, 6])
  series.write(sample(12_000, { b: ok(1) }))
  expect(depthOf(series, 'a', 12_000), 'kept while it is in the window').toEqual([null, null, null, 6, null])
  series.write(sample(13_000, {}, named('two', 7)))
  expect(depthOf(series, 'a', 13_000)).toEqual([null, null, null, null, 7])
})

test('a sample that leaves the incarnation out says nothing about it', () => {
  const series = new RecentSeries(size)
  series.write(
    sample(10_000, {}, { destinations: [{ id: 'a', incarnation: 'x', readings: { depth: ok(5) } }] }),
  )
  series.write(sample(11_000, { a: last }))
  series.write(
    sample(12_000, {}, { destinations: [{ id: 'a', incarnation: 'x', readings: { depth: ok(6) } }] }),
  )
  expect(depthOf(series, 'a', 12_000)).toEqual([null, null, 5, null, 6])
})

test('an approximate value marks the series for as long as it is in the window', () => {
  const series = new RecentSeries(size)
  const quality = (nowMs: number) =>
    series.read('b', { metrics: ['depth'], destinations: ['a'] }, nowMs).items[0]?.quality
  series.write(sample(10_000, { a: ok(1, 'approximate') }))
  for (let atMs = 11_000; atMs <= 14_000; atMs += 1_000) series.write(sample(atMs, { a: ok(1) }))
  expect(quality(14_000)).toBe('approximate')
  series.write(sample(15_000, { a: ok(1) }))
  expect(quality(15_000)).toBe('exact')
})

test('rates of a group cover all the time between its steps; a commit set back is no reading', () => {
  const series = new RecentSeries(size)
  const rates = () =>
    series
      .read('b', { metrics: ['inRate', 'outRate'], groups: ['g'] }, 14_000)
      .items.map((item) => item.points)
  series.write(sample(10_500, {}, { groups: [group(row(0, '10', '20'))] }))
  series.write(sample(11_000, {}, { groups: [group(row(0, '12', '25'))] }))
  series.write(sample(11_500, {}, { groups: [group(row(0, '16', '30'))] }))
  series.write(sample(12_500, {}, { groups: [group(row(0, '16', '31'))] }))
  series.write(sample(13_500, {}, { groups: [group(row(0, '2', '31'))] }))
  series.write(sample(14_000, {}, { groups: [group(row(0, '3', '31'))] }))
  expect(rates()).toEqual([
    [null, 10, 1, null, 0],
    [null, 6, 0, null, 2],
  ])
})

test('a partition that stands still says since when, and what arrived', () => {
  const series = new RecentSeries(size)
  series.write(sample(10_000, {}, { groups: [group(row(0, '5', '5'), row(1, '5', '5'))] }))
  series.write(sample(11_000, {}, { groups: [group(row(0, '5', '8'), row(1, '6', '8'))] }))
  series.write(sample(12_000, {}, { groups: [group(row(0, '5', '9'), row(1, null, '9'))] }))
  const now = [row(0, '5', '9'), row(1, '6', '9'), row(2, '1', '1')]
  expect(series.withMovement('g', now, 13_000).map((one) => one.movement)).toEqual([
    {
      since: new Date(10_000).toISOString(),
      committedAt: null,
      endAt: new Date(12_000).toISOString(),
      arrived: 4,
      waitingAt: new Date(11_000).toISOString(),
    },
    {
      since: new Date(10_000).toISOString(),
      committedAt: new Date(11_000).toISOString(),
      endAt: new Date(13_000).toISOString(),
      arrived: 1,
      waitingAt: new Date(11_000).toISOString(),
    },
    undefined,
  ])
  expect(
    series.withMovement('g', [row(0, '7', '9')], 13_000)[0]?.movement?.committedAt,
    'moved just now',
  ).toBe(new Date(13_000).toISOString())
})

test('positions that are no counts move, and count nothing', () => {
  const series = new RecentSeries(size)
  series.write(sample(10_000, {}, { groups: [group(row(0, '1-0', '5-0'))] }))
  series.write(sample(11_000, {}, { groups: [group(row(0, '2-0', '5-0'))] }))
  expect(series.withMovement('g', [row(0, '2-0', '5-0')], 11_000)[0]?.movement).toMatchObject({
    committedAt: new Date(11_000).toISOString(),
    arrived: null,
  })
  expect(series.read('b', { metrics: ['inRate'], groups: ['g'] }, 11_000).items).toEqual([])
})

test('partitions of a large group are watched when somebody looks', () => {
  const series = new RecentSeries(size)
  const large = group(...Array.from({ length: 100 }, (_, partition) => row(partition, '0', '5')))
  const parts = (nowMs: number) =>
    series.read('b', { metrics: ['partitionLag'], groups: ['g'] }, nowMs).items.length
  series.write(sample(10_000, {}, { groups: [large] }))
  expect(parts(10_000)).toBe(0)
  series.lookAtGroup('g', 10_000)
  series.write(sample(11_000, {}, { groups: [large] }))
  expect(parts(11_000)).toBe(100)
  series.write(sample(15_100, {}, { groups: [large] }))
  expect(parts(15_100), 'nobody looked for as long as the window').toBe(0)
  expect(series.cost.series).toBe(1)
})

test('never more series than the limit, and what vanished makes room', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 20 }), { maxLength: 40 }), (samples) => {
      const series = new RecentSeries(size, 12)
      let atMs = 10_000
      for (const names of samples) {
        series.write(sample(atMs, Object.fromEntries(names.map((name) => [`q${name}`, ok(name)]))))
        expect(series.cost.series).toBeLessThanOrEqual(12)
        for (let name = 0; name <= 30; name += 1)
          for (const point of depthOf(series, `q${name}`, atMs) ?? [])
            expect(point === null || point === name, 'only what was written').toBe(true)
        atMs += 700
      }
      series.write(sample(atMs + 60_000, {}))
      expect(series.cost.series).toBe(0)
    }),
  )
})

test('ten thousand destinations with three metrics take less than 15 MB', () => {
  const series = new RecentSeries()
  const destinations = Array.from({ length: 10_000 }, (_, index) => ({
    id: `q${index}`,
    readings: { depth: ok(index), inRate: ok(1), outRate: ok(2) },
  }))
  series.write({ atMs: 1_000_000, readings: {}, destinations, groups: [] })
  expect(series.cost.series).toBe(30_000)
  expect(series.cost.bytes).toBeLessThan(6_000_000)
})
