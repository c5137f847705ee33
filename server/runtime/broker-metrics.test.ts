import { expect, test } from 'vitest'
import { ok, unavailable } from '../brokers/contract/index.ts'
import type { Row, Watched } from '../sampler/index.ts'
import { brokerMetrics } from './broker-metrics.ts'

function watched(rows: readonly Row[]): Watched {
  const snapshot = { rows, groups: [], sampledAtMs: 0 }
  const health = { state: 'up', reason: null }
  return {
    broker: { id: 'shop', kind: 'rabbitmq' },
    health,
    snapshot,
    intervalMs: 15_000,
  } as unknown as Watched
}
function queue(name: string, depth: Row['readings'][string], isDeadLetter = false): Row {
  return {
    info: { ref: { type: 'queue', name, namespace: '/' }, internal: false, abilities: {} },
    readings: { depth },
    deadLetter: { isDeadLetter, evidence: [], origins: [] },
  } as unknown as Row
}
const depthsOf = (rows: readonly Row[]) =>
  brokerMetrics([watched(rows)], 1_000).find(({ name }) => name === 'mq_queue_messages')?.samples ?? []

test('a destination is told with its names; unknown has no line', () => {
  expect(depthsOf([queue('orders', ok(3, 'messages', 0)), queue('dark', unavailable('?', 0))])).toEqual([
    ['{broker="shop",destination="orders",namespace="/",type="queue",dlq="false"}', 3],
  ])
})

test('of many, those with the most waiting and every dead-letter queue; the rest is counted', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => queue(`q${index}`, ok(index, 'messages', 0)))
  const all = [...rows, queue('dead', ok(0, 'messages', 0), true)]
  const depths = depthsOf(all)
  expect(depths).toHaveLength(200)
  expect(depths[0]?.[0]).toContain('destination="dead"')
  expect(depths.at(-1)?.[1]).toBe(4_801)
  const leftOut = brokerMetrics([watched(all)], 1_000).find(
    ({ name }) => name === 'signalbox_series_left_out',
  )
  expect(leftOut?.samples).toEqual([['{broker="shop"}', 4_801]])
})

test('what a broker held last is no value of now, once it is not read any more', () => {
  const rows = [queue('orders', ok(3, 'messages', 0))]
  const depths = (nowMs: number) =>
    brokerMetrics([watched(rows)], nowMs).find(({ name }) => name === 'mq_queue_messages')?.samples
  expect(depths(20_000)).toHaveLength(1)
  expect(depths(60_000)).toEqual([])
})
