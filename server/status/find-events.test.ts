import { expect, test } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import { type GroupSample, type NodeSample, ok, unavailable } from '../brokers/contract/index.ts'
import type { Row, Snapshot } from '../sampler/index.ts'
import { groupOf, idOf, infoOf } from '../sampler/testing/fake-broker.ts'
import { findEvents } from './find-events.ts'

const at = 1_000_000
const count = (value: number): Reading => ok(value, 'messages', at)
const row = (name: string, readings: Readings = {}, isDeadLetter = false): Row => ({
  id: idOf(name),
  info: infoOf(name),
  lowerName: name,
  state: 'running',
  readings,
  problems: [],
  deadLetter: { isDeadLetter, evidence: [], origins: [] },
})
const snapshot = (rows: readonly Row[], more: Partial<Snapshot> = {}): Snapshot => ({
  sampledAtMs: at,
  rows,
  byId: new Map(rows.map((one) => [one.id, one])),
  groups: [],
  edges: [],
  nodes: null,
  blocked: null,
  readings: {},
  problems: [],
  sampleProblems: [],
  ...more,
})
const told = (before: Snapshot, after: Snapshot) =>
  findEvents('b', before, after).map(({ kind, text }) => [kind, text])

test('nothing changed, nothing is told', () => {
  const one = snapshot([row('q', { consumers: count(1), depth: count(5) })])
  expect(told(one, one)).toEqual([])
  expect(told(one, snapshot([row('q', { consumers: count(1), depth: count(9) })]))).toEqual([])
})

test('destinations come and go, many at once as one', () => {
  const [none, two] = [snapshot([]), snapshot([row('a'), row('b')])]
  expect(told(none, two)).toEqual([
    ['destination-added', 'a was made'],
    ['destination-added', 'b was made'],
  ])
  expect(told(two, none).map(([kind]) => kind)).toEqual(['destination-removed', 'destination-removed'])
  const many = snapshot(Array.from({ length: 40 }, (_, index) => row(`q${index}`)))
  expect(told(none, many)).toEqual([['destination-added', '40 destinations were made']])
})

test('consumers go and come back; what is not known is no change', () => {
  const having = (consumers: Reading) => snapshot([row('q', { consumers })])
  const unknown = unavailable('statistics are off', at)
  expect(told(having(count(2)), having(count(0)))).toEqual([['consumers-gone', 'q has no consumer any more']])
  expect(told(having(count(0)), having(count(1)))).toEqual([['consumers-back', 'q is consumed again']])
  expect(told(having(count(2)), having(unknown))).toEqual([])
  expect(told(having(unknown), having(count(0)))).toEqual([])
})

test('the first dead letters are told, not their growth', () => {
  const holding = (depth: number) => snapshot([row('q.dlq', { depth: count(depth) }, true)])
  expect(told(holding(0), holding(3))).toEqual([
    ['dead-letters', '3 dead letters arrived in q.dlq, which was empty'],
  ])
  expect(told(holding(3), holding(9))).toEqual([])
  expect(told(holding(3), holding(0))).toEqual([])
})

test('nodes go down, come back and are restarted', () => {
  const node = (more: Partial<NodeSample>): NodeSample => ({
    id: 'n1',
    name: 'rabbit@a',
    state: 'running',
    readings: {},
    problems: [],
    ...more,
  })
  const having = (one: NodeSample) => snapshot([], { nodes: [one] })
  expect(told(having(node({})), having(node({ state: 'down' })))).toEqual([
    ['node-down', 'rabbit@a went down'],
  ])
  expect(told(having(node({ state: 'down' })), having(node({})))).toEqual([['node-up', 'rabbit@a is back']])
  const [first, second] = ['2026-01-01T00:00:00.000Z', '2026-01-01T01:00:00.000Z']
  expect(told(having(node({ startedAt: first })), having(node({ startedAt: second })))).toEqual([
    ['broker-restart', 'rabbit@a was restarted'],
  ])
  expect(told(having(node({})), having(node({ startedAt: second })))).toEqual([])
})

test('publishing is blocked and possible again', () => {
  const [free, blocked] = [snapshot([]), snapshot([], { blocked: 'memory alarm on rabbit@a' })]
  expect(told(free, blocked)).toEqual([['broker-blocked', 'Publishing is blocked: memory alarm on rabbit@a']])
  expect(told(blocked, free)).toEqual([['broker-unblocked', 'Publishing is possible again']])
})

test('rejects go elsewhere than before', () => {
  const [q, dead] = [row('q'), row('dead')]
  const edge = { from: q.info.ref, to: dead.info.ref, via: 'dlx' }
  const with_ = (edges: Snapshot['edges']) => snapshot([q, dead], { edges })
  expect(told(with_([]), with_([edge as never]))).toEqual([
    ['settings-changed', 'q sends its rejects elsewhere than before'],
  ])
  expect(told(with_([edge as never]), with_([{ ...edge } as never]))).toEqual([])
})

test('members join and leave; a list that could not be read proves nothing', () => {
  const having = (ids: readonly string[], more: Partial<GroupSample> = {}) =>
    snapshot([], {
      groups: [
        { id: 'g', sample: { ...groupOf('readers', 0), members: ids.map((id) => ({ id })), ...more } },
      ],
    })
  expect(told(having(['a']), having(['b', 'c']))).toEqual([
    ['members-changed', 'readers: 2 members joined, 1 member left; 2 members now'],
  ])
  expect(told(having(['a']), having([]))).toEqual([
    ['members-changed', 'readers: 1 member left; nobody is left'],
  ])
  const problems = [{ scope: 'readers', code: 'partial', message: 'members: not authorized' }]
  expect(told(having(['a']), having([], { problems }))).toEqual([])
})

test('a commit that went back is told; a log that began anew is not', () => {
  const lagged = (committed: string, end: string): LagRow => ({
    destination: 'orders',
    partition: 0,
    committed,
    start: '0',
    end,
    lag: count(1),
  })
  const having = (one: LagRow) =>
    snapshot([], { groups: [{ id: 'g', sample: { ...groupOf('readers', 0), lag: [one] } }] })
  expect(told(having(lagged('90', '100')), having(lagged('10', '101')))).toEqual([
    ['rewound', 'readers was set back on 1 partition'],
  ])
  expect(told(having(lagged('90', '100')), having(lagged('1', '5')))).toEqual([])
  expect(told(having(lagged('5-1', '9-1')), having(lagged('4-1', '9-1')))).toEqual([])
})
