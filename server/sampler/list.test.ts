import { expect, test } from 'vitest'
import { type DestinationQuery, destinationQuerySchema, groupQuerySchema } from '../../lib/api/queries.ts'
import { ok, unavailable } from '../brokers/contract/index.ts'
import type { GroupRow, Row } from './book.ts'
import { pageOf, selectDestinations, selectGroups } from './list.ts'
import { groupOf, infoOf } from './testing/fake-broker.ts'

const row = (name: string, more: Partial<Row> = {}): Row => ({
  id: `id of ${name}`,
  info: infoOf(name),
  lowerName: name.toLowerCase(),
  state: 'running',
  readings: {},
  problems: [],
  deadLetter: { isDeadLetter: false, evidence: [], origins: [] },
  ...more,
})
const names = (rows: readonly Row[]) => rows.map((one) => one.info.ref.name)
const query = (text: Partial<Record<keyof DestinationQuery, string>>) => destinationQuerySchema.parse(text)
const letters = [...'abcdefg'].map((name) => row(name))

test('pages follow each other to the end', () => {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const { page, nextCursor } = pageOf(letters, 'name asc', { limit: 3, cursor })
    seen.push(...names(page))
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual([...'abcdefg'])
})

test('the last full page has no cursor', () => {
  expect(pageOf(letters, 'name asc', { limit: 7 }).nextCursor).toBeNull()
  expect(pageOf([], 'name asc', { limit: 7 })).toEqual({ page: [], nextCursor: null })
})

test('what came or went before the cursor shifts nothing', () => {
  const { nextCursor } = pageOf(letters, 'name asc', { limit: 3 })
  const next = (rows: readonly Row[]) =>
    names(pageOf(rows, 'name asc', { limit: 2, cursor: nextCursor ?? '' }).page)
  expect(next([row('aa'), ...letters])).toEqual(['d', 'e'])
  expect(next(letters.slice(1))).toEqual(['d', 'e'])
  // The row of the cursor is gone itself: its place is where it stood.
  expect(next(letters.filter((one) => one.info.ref.name !== 'c'))).toEqual(['e', 'f'])
})

test.each(['nonsense', '', 'eyJhIjoxfQ'])('a cursor that is none of ours is refused: %s', (cursor) => {
  expect(() => pageOf(letters, 'name asc', { limit: 3, cursor })).toThrow(/cursor/)
})

test('a cursor of another order is refused', () => {
  const { nextCursor } = pageOf(letters, 'name asc', { limit: 3 })
  expect(() => pageOf(letters, 'depth desc', { limit: 3, cursor: nextCursor ?? '' })).toThrow(/cursor/)
})

test('q is a plain substring, whatever the case', () => {
  const rows = [row('Orders.v1'), row('ordersXv1'), row('payments')]
  expect(names(selectDestinations(rows, query({ q: 'ORDERS.V' })))).toEqual(['Orders.v1'])
  expect(names(selectDestinations(rows, query({ q: '' })))).toHaveLength(3)
})

test('type, state and role narrow it down', () => {
  const dead = { isDeadLetter: true, evidence: [], origins: [] }
  const rows = [
    row('a', { info: infoOf('a', { ref: { type: 'exchange', name: 'a' } }) }),
    row('b', { state: 'down' }),
    row('c', { deadLetter: dead }),
    row('d', { info: infoOf('d', { internal: true }) }),
  ]
  const found = (text: Parameters<typeof query>[0]) => names(selectDestinations(rows, query(text)))
  expect(found({ type: 'exchange' })).toEqual(['a'])
  expect(found({ state: 'down' })).toEqual(['b'])
  expect(found({ deadLetter: 'true' })).toEqual(['c'])
  expect(found({ deadLetter: 'false' })).toEqual(['a', 'b', 'd'])
  expect(found({ internal: 'true' })).toEqual(['d'])
})

test('unknown values stand last in either order; a stale value counts as what it was', () => {
  const stale = unavailable('down', 0, ok(5, 'messages', 0))
  const rows = [
    row('few', { readings: { depth: ok(1, 'messages', 0) } }),
    row('unknown'),
    row('stale', { readings: { depth: stale } }),
    row('many', { readings: { depth: ok(9, 'messages', 0) } }),
  ]
  const sorted = (order: string) => names(selectDestinations(rows, query({ sort: 'depth', order })))
  expect(sorted('asc')).toEqual(['few', 'stale', 'many', 'unknown'])
  expect(sorted('desc')).toEqual(['many', 'stale', 'few', 'unknown'])
})

test('equals keep the order of their names', () => {
  const rows = ['a', 'b', 'c'].map((name) => row(name, { readings: { depth: ok(1, 'messages', 0) } }))
  expect(names(selectDestinations(rows, query({ sort: 'depth', order: 'desc' })))).toEqual(['a', 'b', 'c'])
  expect(names(selectDestinations(rows, query({ order: 'desc' })))).toEqual(['c', 'b', 'a'])
})

test('groups by name, type, state, destination and total', () => {
  const lag = [{ destination: 'orders', partition: 0, committed: null, start: '0', end: '1' }]
  const rows: GroupRow[] = [
    { id: '1', sample: { ...groupOf('billing', 5), lag: [{ ...lag[0], lag: ok(5, 'messages', 0) }] } },
    { id: '2', sample: { ...groupOf('Audit', 9), type: 'share' } },
    { id: '3', sample: { ...groupOf('mail', 0), state: 'empty', total: unavailable('no commit', 0) } },
  ] as GroupRow[]
  const found = (text: Record<string, string>) =>
    selectGroups(rows, groupQuerySchema.parse(text)).map((one) => one.sample.name)
  expect(found({ q: 'AUD' })).toEqual(['Audit'])
  expect(found({ type: 'share' })).toEqual(['Audit'])
  expect(found({ state: 'empty' })).toEqual(['mail'])
  expect(found({ destination: 'orders' })).toEqual(['billing'])
  expect(found({ sort: 'total', order: 'desc' })).toEqual(['Audit', 'billing', 'mail'])
  expect(found({ sort: 'total', order: 'asc' })).toEqual(['billing', 'Audit', 'mail'])
})
