import { expect, test } from 'vitest'
import type { StatusState } from '../../lib/schemas/need.ts'
import { isHidden, NeedBook } from './need-book.ts'
import { judgedOf, memoryNeeds, silentLog } from './testing/fakes.ts'

const s = 1_000
const min = 60 * s
const t0 = Date.parse('2026-03-03T10:00:00.000Z')
const iso = (ms: number) => new Date(ms).toISOString()

async function openBook(store = memoryNeeds()) {
  const book = new NeedBook(store, silentLog)
  await book.open()
  const take = (state: StatusState, atMs: number, sinceMs: number | null = null) =>
    book.take('b', [judgedOf(state, { sinceMs })], atMs)
  const needs = (atMs: number) => book.list(atMs).map((one) => one.need)
  return { book, store, take, needs }
}

test('one trouble has one id from its first verdict to its last, another one another', async () => {
  const { take, needs, store } = await openBook()
  take('stopped', t0, t0 - 4 * min)
  const [first] = needs(t0)
  expect(first).toMatchObject({ state: 'stopped', since: iso(t0 - 4 * min), acknowledged: null })
  take('stopped', t0 + 5 * s, t0 - 4 * min)
  expect(needs(t0 + 5 * s).map((need) => need.id)).toEqual([first?.id])
  take('stalled', t0 + 10 * s, t0)
  const [other] = needs(t0 + 10 * s)
  expect([other?.state, other?.id === first?.id]).toEqual(['stalled', false])
  expect(store.rows.size, 'the first may come back yet').toBe(2)
})

test('what is fine leaves the list at once, comes back as the same, and is over after a minute', async () => {
  const { take, needs, store } = await openBook()
  take('stopped', t0)
  const id = needs(t0)[0]?.id
  take('ok', t0 + 5 * s)
  expect(needs(t0 + 5 * s)).toEqual([])
  take('stopped', t0 + 20 * s)
  expect(needs(t0 + 20 * s)[0]?.id).toBe(id)
  take('ok', t0 + 30 * s)
  take('ok', t0 + 90 * s)
  expect(store.rows.size).toBe(0)
  take('stopped', t0 + 95 * s)
  expect(needs(t0 + 95 * s)[0]?.id).not.toBe(id)
})

test('what cannot be judged now is neither closed nor opened, and says so', async () => {
  const { book, take, needs } = await openBook()
  take('unknown', t0)
  expect(needs(t0)).toEqual([])
  take('stopped', t0 + s)
  take('unknown', t0 + 5 * min)
  expect(needs(t0 + 5 * min)[0]?.evidence[0]).toBe('not confirmed now: It is unknown.')
  book.doubt('b', 'timeout')
  expect(needs(t0 + 6 * min)[0]?.evidence[0]).toBe('not confirmed now: timeout')
})

test('a run is no part of what a broker tells: its trouble is neither doubted nor closed with it', async () => {
  const { book, take, needs } = await openBook()
  book.takeReplays(
    [judgedOf('degraded', { subject: { kind: 'replay', id: 'r', name: 'Replay of orders.dlq' } })],
    t0,
  )
  book.doubt('b', 'timeout')
  take('ok', t0 + 2 * min)
  expect(needs(t0 + 2 * min)).toMatchObject([{ subject: { kind: 'replay', id: 'r' } }])
  expect(needs(t0 + 2 * min)[0]?.evidence.join()).not.toMatch('timeout')
})

test('a subject that is gone takes its trouble with it', async () => {
  const { book, take, needs, store } = await openBook()
  take('stopped', t0)
  book.take('b', [], t0 + s)
  expect(needs(t0 + s)).toEqual([])
  book.take('b', [], t0 + s + min)
  expect(store.rows.size).toBe(0)
})

test('a restart of the console keeps id, since and who took it on', async () => {
  const store = memoryNeeds()
  const before = await openBook(store)
  before.take('stopped', t0, t0 - 60 * min)
  const [need] = before.needs(t0)
  await before.book.acknowledge(need?.id ?? '', { by: 'ann', atMs: t0, note: 'mine', untilMs: null }, t0)
  const after = await openBook(store)
  expect(after.needs(t0 + min), 'not listed before it is judged').toEqual([])
  expect(after.book.has(need?.id ?? '')).toBe(true)
  after.take('unknown', t0 + min)
  after.take('stopped', t0 + 2 * min)
  expect(after.needs(t0 + 2 * min)[0]).toMatchObject({
    id: need?.id,
    since: iso(t0 - 60 * min),
    acknowledged: { by: 'ann', note: 'mine' },
  })
})

test('where commits stood is proof of rest over a restart, and only of the broker and group it is of', async () => {
  const store = memoryNeeds()
  const before = await openBook(store)
  before.book.take('b', [judgedOf('stuck', { sinceMs: t0 - min, mark: ['3 41 orders'] })], t0)
  const after = await openBook(store)
  expect(after.book.restOf('b', 'g')).toEqual({ sinceMs: t0 - min, mark: ['3 41 orders'] })
  expect(after.book.restOf('b', 'other')).toBeNull()
  expect(after.book.restOf('c', 'g')).toBeNull()
})

test('what is acknowledged is hidden until it is over, what is snoozed comes back', async () => {
  const { book, take, needs } = await openBook()
  take('stopped', t0)
  const id = needs(t0)[0]?.id ?? ''
  const ack = { by: 'ann', atMs: t0, note: '', untilMs: t0 + 60 * min }
  const snoozed = await book.acknowledge(id, ack, t0)
  expect(snoozed?.acknowledged).toEqual({ by: 'ann', at: iso(t0), note: '', until: iso(t0 + 60 * min) })
  const hidden = (atMs: number) => needs(atMs).map((need) => isHidden(need, atMs))
  expect([hidden(t0 + 59 * min), hidden(t0 + 61 * min)]).toEqual([[true], [false]])
  await book.acknowledge(id, { ...ack, untilMs: null }, t0)
  expect(hidden(t0 + 9_000 * min)).toEqual([true])
  expect((await book.acknowledge(id, null, t0))?.acknowledged).toBeNull()
  expect(await book.acknowledge('n-none', ack, t0)).toBeNull()
})

test('what was fine a reading ago begins now; what was not watched before began nobody knows when', async () => {
  const { take, needs } = await openBook()
  const unknown = 'when it began is not known: since is when the console first saw it'
  take('dead-letters', t0)
  expect(needs(t0)[0]?.evidence).toContain(unknown)
  expect(needs(t0)[0]?.atLeast).toBe(true)
  take('ok', t0 + s)
  take('ok', t0 + 2 * min)
  take('dead-letters', t0 + 3 * min)
  expect(needs(t0 + 3 * min)[0]).toMatchObject({ since: iso(t0 + 3 * min), evidence: [] })
  take('dead-letters', t0 + 4 * min)
  expect(needs(t0 + 4 * min)[0]).toMatchObject({ since: iso(t0 + 3 * min), evidence: [] })
  expect(needs(t0 + 4 * min)[0]?.atLeast).toBeUndefined()
})

test('lagging asks for nobody before it has lasted five minutes', async () => {
  const { take, needs, store } = await openBook()
  take('lagging', t0)
  expect([needs(t0 + 4 * min), store.rows.size]).toEqual([[], 0])
  take('lagging', t0 + 5 * min)
  expect(needs(t0 + 5 * min)).toHaveLength(1)
  expect(needs(t0 + 5 * min)[0]?.evidence).toContain(
    'when it began is not known: since is when the console first saw it',
  )
})

test('many that are one row are taken on together', async () => {
  const { book, needs } = await openBook()
  const one = (id: string) => judgedOf('stopped', { subject: { kind: 'destination', id, name: id } })
  book.take('b', [one('a'), one('c')], t0)
  const ack = { by: 'ann', atMs: t0, note: '', untilMs: null }
  expect(book.has('all.destination.stopped.b')).toBe(true)
  expect(book.has('all.destination.stopped.c')).toBe(false)
  expect((await book.acknowledge('all.destination.stopped.b', ack, t0))?.id).toBe('all.destination.stopped.b')
  expect(needs(t0).every((need) => isHidden(need, t0))).toBe(true)
})
