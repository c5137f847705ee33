import { expect, test } from 'vitest'
import type { Points } from '@/lib/format/points'
import type { Group, LagRow } from '@/lib/schemas/group'
import { factsOfGroup, type GroupRecent, nothingRecent } from './group-facts.ts'

const at = '2026-01-01T10:00:00.000Z'
const nowMs = Date.parse(at)
const ago = (seconds: number) => new Date(nowMs - seconds * 1_000).toISOString()
const ok = (value: number) => ({ state: 'ok', value, unit: 'messages', at, quality: 'exact' }) as const
const row = (partition: number, more: Partial<LagRow> = {}): LagRow => ({
  destination: 'orders',
  partition,
  committed: '1',
  start: '0',
  end: '5',
  lag: ok(4),
  ...more,
})
const group = (lag: LagRow[], more: Partial<Group> = {}): Group => ({
  id: 'g',
  name: 'g',
  type: 'classic',
  state: 'stable',
  members: [],
  lag,
  total: ok(4),
  abilities: {},
  links: {},
  ...more,
})
const factsOf = (one: Group, recent: GroupRecent, atMs: number) => factsOfGroup('b', one, recent, atMs)
const line = (...points: (number | null)[]): Points => ({
  points,
  quality: 'exact',
  since: at,
  stepMs: 20_000,
  at,
})

test('stillness counts from the last move, else from when watching began', () => {
  const moved = { since: ago(600), committedAt: ago(90), endAt: null, arrived: 3 }
  const never = { since: ago(500), committedAt: null, endAt: null, arrived: null }
  const { parts, watchedMs } = factsOf(
    group([row(0, { movement: moved }), row(1, { movement: never }), row(2)]),
    nothingRecent,
    nowMs,
  )
  expect(parts.map((part) => [part.stillMs, part.hasMoved, part.arrived])).toEqual([
    [90_000, true, 3],
    [500_000, false, null],
    [null, false, null],
  ])
  expect(watchedMs).toBe(600_000)
})

test('a last known lag is not a lag', () => {
  const stale = { state: 'unavailable', reason: 'The broker is down', at, last: ok(9) } as const
  const facts = factsOf(group([row(0, { lag: stale })]), nothingRecent, nowMs)
  expect(facts.parts[0]?.lag).toBeNull()
  expect(facts.unknownReason).toBe('The broker is down')
})

test('rates look back five minutes, and leave out what was not read', () => {
  const old = Array<number>(30).fill(1_000)
  const facts = factsOf(
    group([row(0)]),
    { lag: line(0, ...old), inRate: line(...old, 2, null, 4, ...Array<null>(12).fill(null)), outRate: null },
    nowMs,
  )
  expect(facts).toMatchObject({ arriving: 3, reading: null, wasCaughtUp: false })
  expect(factsOf(group([row(0)]), { ...nothingRecent, lag: line(5, 0, 5) }, nowMs).wasCaughtUp).toBe(true)
})

test('what a worker has just taken is not overdue', () => {
  const entry = { id: '1-0', destination: 'orders', consumer: 'a', idleMs: 500, deliveries: 1 }
  const overdueOf = (...pending: (typeof entry)[]) =>
    factsOf(group([row(0)], { pending }), nothingRecent, nowMs).overdue
  expect(overdueOf(entry)).toBeNull()
  expect(overdueOf(entry, { ...entry, idleMs: 70_000 }, { ...entry, deliveries: 8 })).toEqual({
    entries: 2,
    oldestMs: 70_000,
    deliveries: 8,
  })
})

test('a partition of several topics is named with its topic, a stream by its own name', () => {
  const rows = [row(0), row(1, { destination: 'payments' })]
  expect(factsOf(group(rows), nothingRecent, nowMs).parts.map((part) => part.name)).toEqual([
    'orders / 0',
    'payments / 1',
  ])
  expect(factsOf(group(rows, { type: 'redis' }), nothingRecent, nowMs).parts[1]?.name).toBe('payments')
})
