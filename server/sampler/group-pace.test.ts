import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import { countLag, type GroupSample, ok, unavailable } from '../brokers/contract/index.ts'
import { GroupPace } from './group-pace.ts'

const row = (partition: number, committed: string | null, end: string, start = '0'): LagRow => ({
  destination: 'orders',
  partition,
  committed,
  start,
  end,
  lag: committed === null ? unavailable('no commit', 0) : ok(countLag(end, committed, start), 'messages', 0),
})
function group(lag: readonly LagRow[], more: Partial<GroupSample> = {}): GroupSample {
  const total = lag.reduce((sum, one) => sum + (one.lag.state === 'ok' ? one.lag.value : 0), 0)
  const fixed = { key: 'g', name: 'g', type: 'classic', state: 'stable', members: [], abilities: {} } as const
  return { ...fixed, members: [], lag: [...lag], total: ok(total, 'messages', 0), ...more }
}

test('rates from positions, over at least nine seconds, with what follows for the backlog', () => {
  const pace = new GroupPace()
  expect(pace.observe(group([row(0, '0', '100')]), 0).inRate).toMatchObject({ state: 'unavailable' })
  pace.observe(group([row(0, '50', '120')]), 5_000)
  const readings = pace.observe(group([row(0, '100', '140')]), 10_000)
  expect(readings).toMatchObject({
    inRate: { value: 4, unit: 'per-second' },
    outRate: { value: 10 },
    netRate: { value: -6 },
    timeToDrain: { value: 6.667, quality: 'estimated' },
    retentionUsed: { value: 0.286 },
  })
})

test('a reset, a deleted topic or another set of partitions begins anew', () => {
  const pace = new GroupPace()
  pace.observe(group([row(0, '50', '100')]), 0)
  expect(pace.observe(group([row(0, '10', '120')]), 10_000).outRate, 'rewound').toMatchObject({
    state: 'unavailable',
  })
  expect(pace.observe(group([row(0, '20', '130')]), 20_000).outRate).toMatchObject({ value: 1 })
  expect(pace.observe(group([row(0, '20', '130'), row(1, '0', '900')]), 30_000).inRate).toMatchObject({
    state: 'unavailable',
  })
  expect(pace.observe(group([row(0, '0', '3'), row(1, '0', '3')]), 40_000).inRate).toMatchObject({
    state: 'unavailable',
  })
})

test('what has no commit makes it approximate, and ids that are no numbers have no rates', () => {
  const pace = new GroupPace()
  pace.observe(group([row(0, '0', '10'), row(1, null, '10')]), 0)
  expect(pace.observe(group([row(0, '5', '20'), row(1, null, '90')]), 10_000).inRate).toMatchObject({
    value: 1,
    quality: 'approximate',
  })
  const entry = { ...row(0, null, '5-0'), committed: '1-0', lag: ok(3, 'messages', 0) }
  const redis = pace.observe(group([entry], { key: 'r' }), 10_000)
  expect(redis).not.toHaveProperty('inRate')
  expect(redis).not.toHaveProperty('retentionUsed')
})

test('time to loss by age: what grows older than the topic keeps', () => {
  const pace = new GroupPace()
  const aged = (lag: readonly LagRow[], seconds: number) =>
    group(lag, {
      totalSeconds: ok(seconds, 'seconds', 0),
      readings: { retentionSeconds: ok(1_000, 'seconds', 0) },
    })
  pace.observe(aged([row(0, '0', '100')], 400), 0)
  const falling = pace.observe(aged([row(0, '50', '200')], 400), 10_000)
  expect(falling.timeToLoss).toMatchObject({ value: 1_200, quality: 'estimated' })
  const keeping = pace.observe(aged([row(0, '250', '300')], 10), 20_000)
  expect(keeping).not.toHaveProperty('timeToLoss')
})

test('time to loss by size: the beginning of the log comes nearer', () => {
  const pace = new GroupPace()
  pace.observe(group([row(0, '1000', '2000', '0')]), 0)
  const readings = pace.observe(group([row(0, '1100', '2600', '600')]), 600_000)
  expect(readings.timeToLoss).toMatchObject({ value: 600, detail: { partition: 0 } })
})

test('what the log dropped unread is told', () => {
  const pace = new GroupPace()
  const lost = { ...row(0, '5', '100', '20'), lost: ok(15, 'messages', 0) }
  expect(pace.observe(group([lost]), 0).lost).toMatchObject({ value: 15, quality: 'exact' })
  expect(pace.observe(group([row(0, '5', '100')]), 0)).not.toHaveProperty('lost')
})

test('whatever positions do, a rate is never negative and never of a reset', () => {
  const look = fc.record({
    end: fc.nat(1_000),
    committed: fc.nat(1_000),
    passMs: fc.integer({ min: 1, max: 20_000 }),
  })
  fc.assert(
    fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
      const pace = new GroupPace()
      let atMs = 0
      for (const { end, committed, passMs } of looks) {
        atMs += passMs
        const { inRate, outRate } = pace.observe(group([row(0, String(committed), String(end))]), atMs)
        for (const rate of [inRate, outRate])
          if (rate?.state === 'ok') expect(rate.value).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
