import { expect, it } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import { ok, unavailable } from '../brokers/contract/index.ts'
import { toHistory } from './history-sample.ts'
import { RecentSeries } from './recent.ts'

const total = ok(7, 'messages', 0)
const row = (committed: number, end: number): LagRow => ({
  destination: 'q',
  partition: 0,
  committed: String(committed),
  start: '0',
  end: String(end),
  lag: ok(end - committed, 'messages', 0),
})

it('a sample becomes what is kept of it: broker, destinations, groups with their rates, nodes, no partitions', () => {
  const recent = new RecentSeries()
  const write = (atMs: number, lag: LagRow[]) =>
    recent.write({ atMs, readings: {}, destinations: [], groups: [{ id: 'g', total, lag }] })
  write(1_000_000, [row(100, 200)])
  const base = { broker: 'b', atMs: 1_010_000, everyMs: 5_000 }
  const groups = [{ id: 'g', sample: { total, totalSeconds: ok(3, 'seconds', 0, 'estimated') } }]
  const told = {
    ...base,
    readings: { messages: ok(1, 'messages', 0) },
    destinations: [{ id: 'q', incarnation: 'x', readings: { depth: unavailable('down', 0) } }],
    groups,
    nodes: [{ id: 'n', readings: { memory: ok(5, 'bytes', 0) } }],
  }
  // Before a second look there is no rate, and none is made up.
  expect([...toHistory(told, recent).subjects][2]?.readings).not.toHaveProperty('inRate')
  write(1_010_000, [row(120, 250)])
  const { subjects, ...sample } = toHistory(told, recent)
  expect(sample).toEqual({ ...base, isPast: false })
  expect([...subjects]).toEqual([
    { scope: 'broker', id: '', readings: told.readings },
    { scope: 'destination', id: 'q', incarnation: 'x', readings: told.destinations[0]?.readings },
    {
      scope: 'group',
      id: 'g',
      readings: {
        lag: total,
        lagSeconds: ok(3, 'seconds', 0, 'estimated'),
        inRate: ok(5, 'per-second', 1_010_000),
        outRate: ok(2, 'per-second', 1_010_000),
      },
    },
    { scope: 'node', id: 'n', readings: told.nodes[0]?.readings },
  ])
})
