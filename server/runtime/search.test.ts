import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { searchQuerySchema } from '../../lib/api/queries.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import { type Caller, encodeRef } from '../brokers/contract/index.ts'
import { groupId } from '../sampler/book.ts'
import type { Sampler } from '../sampler/index.ts'
import { FakeBroker, groupOf, idOf, queue, reader } from '../sampler/testing/fake-broker.ts'
import { openWatch, type Watch } from '../sampler/testing/open-watch.ts'
import type { ReplayRow } from '../storage/contract/index.ts'
import type { BrokerHouse } from './brokers.ts'
import { createSearch } from './search.ts'

let broker: FakeBroker
let watch: Watch
let runs: ReplayRow[]

beforeEach(() => {
  vi.useFakeTimers()
  broker = new FakeBroker()
  for (const name of ['orders', 'Orders.DLQ', 'payments', '\u202ehostile']) broker.depths.set(name, 1)
  broker.groups.push(groupOf('orders-billing', 5))
  watch = openWatch(broker)
  runs = [runOf('run-1', 'Orders.DLQ')]
})
afterEach(async () => {
  const stopped = watch.watcher.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  await stopped
  vi.useRealTimers()
})

function runOf(id: string, source: string): ReplayRow {
  const plan = JSON.stringify({ source: queue(source) })
  return { id, broker: 'fake', state: 'completed', plan } as unknown as ReplayRow
}

async function start(): Promise<void> {
  watch.watcher.start()
  await vi.advanceTimersByTimeAsync(50)
}

function search(q: string, limit = 20, caller: Caller = reader) {
  const { watcher } = watch
  const watched = {
    broker: watcher.broker,
    health: watcher.health,
    snapshot: watcher.book.snapshot,
    sampleMs: 1,
  }
  const shown = { id: 'fake', label: 'Shop Rabbit', environment: 'production', links: {} } as Broker
  const house = { ids: () => ['fake'], present: () => shown } as unknown as BrokerHouse
  const sampler = { watched: () => [watched] } as unknown as Sampler
  const replays = {
    list: async () => ({ items: runs, nextCursor: null }),
    get: async (id: string) => runs.find((run) => run.id === id) ?? null,
  }
  return createSearch(house, sampler, replays)(searchQuerySchema.parse({ q, limit }), caller)
}
const kindsOf = async (q: string, limit?: number) =>
  (await search(q, limit)).items.map(({ kind, name }) => `${kind} ${name}`)

test('destinations, groups and runs by a part of the name, best first, whatever the case', async () => {
  await start()
  expect(await kindsOf('ORDERS')).toEqual([
    'destination orders',
    'destination Orders.DLQ',
    'group orders-billing',
    'replay Orders.DLQ',
  ])
  expect((await search('dlq')).items[0]).toMatchObject({ id: idOf('Orders.DLQ'), match: 'word' })
  expect(await kindsOf('orders', 2)).toHaveLength(2)
})

test('a broker is found by its label and by its id, once', async () => {
  await start()
  expect(await kindsOf('shop')).toEqual(['broker Shop Rabbit'])
  expect((await search('fake')).items).toMatchObject([{ kind: 'broker', id: 'fake', match: 'exact' }])
})

test('whole ids of destinations, groups and runs lead to what they name', async () => {
  await start()
  for (const [id, kind] of [
    [idOf('payments'), 'destination'],
    [groupId('orders-billing'), 'group'],
    ['run-1', 'replay'],
  ] as const)
    expect((await search(id)).items[0], id).toMatchObject({ kind, id, match: 'exact' })
  expect((await search(encodeRef(queue('nobody')))).items).toEqual([])
})

test('it asks no broker, also while one is down, and says so', async () => {
  await start()
  const before = { ...broker.counts }
  await search('orders')
  expect(broker.counts).toEqual(before)
  broker.die()
  await vi.advanceTimersByTimeAsync(10_000)
  const { items, problems } = await search('orders')
  expect(items[0]).toMatchObject({ name: 'orders' })
  expect(problems).toMatchObject([{ scope: 'fake', code: 'stale' }])
})

test('a broker that was never read is named as not searched', async () => {
  broker.die()
  await start()
  const { items, problems } = await search('orders')
  expect(items.map(({ kind }) => kind)).toEqual(['replay'])
  expect(problems).toMatchObject([{ scope: 'fake', code: 'broker_unreachable' }])
  expect(problems?.[0]?.message).toContain('ECONNREFUSED')
})

test('who may not see replays does not find them', async () => {
  await start()
  const blind = { ...reader, permissions: new Set(['brokers.read'] as const) }
  for (const q of ['orders', 'run-1'])
    expect((await search(q, 20, blind)).items.filter(({ kind }) => kind === 'replay')).toEqual([])
})

test('abilities say what this caller may do there', async () => {
  await start()
  const [hit] = (await search('payments')).items
  expect(hit?.abilities).toEqual({})
})

test('a blank question, or more than fifty answers, is refused', () => {
  for (const query of [{ q: ' ' }, { q: '' }, {}, { q: 'a', limit: '51' }, { q: 'a'.repeat(201) }])
    expect(searchQuerySchema.safeParse(query).success, JSON.stringify(query)).toBe(false)
})
