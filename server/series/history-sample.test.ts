import { expect, it } from 'vitest'
import { ok, unavailable } from '../brokers/contract/index.ts'
import { toHistory } from './history-sample.ts'

const total = ok(7, 'messages', 0)
const inRate = ok(5, 'per-second', 0)
it('a sample becomes what is kept of it: broker, destinations, groups with their rates, nodes, no partitions', () => {
  const base = { broker: 'b', atMs: 1_010_000, everyMs: 5_000 }
  const groups = [
    { id: 'g', sample: { total, totalSeconds: ok(3, 'seconds', 0, 'estimated'), readings: { inRate } } },
  ]
  const told = {
    ...base,
    readings: { messages: ok(1, 'messages', 0) },
    destinations: [{ id: 'q', incarnation: 'x', readings: { depth: unavailable('down', 0) } }],
    groups,
    nodes: [{ id: 'n', readings: { memory: ok(5, 'bytes', 0) } }],
  }
  const { subjects, ...sample } = toHistory(told)
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
        inRate,
      },
    },
    { scope: 'node', id: 'n', readings: told.nodes[0]?.readings },
  ])
})
