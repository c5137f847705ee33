import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { destinationQuerySchema, groupQuerySchema } from '../../lib/api/queries.ts'
import { destinationChips } from '../../lib/domain/filter/tables/destinations.ts'
import { newCall } from '../brokers/contract/index.ts'
import { FakeBroker, groupOf, reader } from './testing/fake-broker.ts'
import { openWatch, type Watch } from './testing/open-watch.ts'
import { BrokerView } from './views.ts'

let broker: FakeBroker
let watch: Watch
let view: BrokerView

beforeEach(async () => {
  vi.useFakeTimers()
  broker = new FakeBroker()
  for (const [name, depth] of Object.entries({ orders: 5, 'orders.eu': 500, audit: 0 }))
    broker.depths.set(name, depth)
  broker.groups.push(groupOf('billing', 5), groupOf('mail', 0))
  watch = openWatch(broker)
  view = new BrokerView(watch.watcher, () => Date.now())
  watch.watcher.start()
  await vi.advanceTimersByTimeAsync(50)
})
afterEach(async () => {
  const stopped = watch.watcher.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  await stopped
  vi.useRealTimers()
})
const list = (query: Record<string, string>) =>
  view.destinations(destinationQuerySchema.parse(query), reader, newCall(30_000))
const names = async (filter: string) => (await list({ filter })).items.map((item) => item.name)

test('a filter line is read by the server as in the browser', async () => {
  expect(await names('ord depth>100')).toEqual(['orders.eu'])
  expect(await names('type:classic not depth:0')).toEqual(['orders', 'orders.eu'])
  expect(await names('')).toHaveLength(3)
  expect((await list({ filter: 'ord', limit: '1' })).total).toBe(2)
  const groups = await view.groups(groupQuerySchema.parse({ filter: 'lag>0' }), reader, newCall(30_000))
  expect(groups.items.map((group) => group.name)).toEqual(['billing'])
})

test('a line that cannot be read is refused with its column', async () => {
  await expect(list({ filter: 'depth>abc' })).rejects.toMatchObject({
    code: 'bad_request',
    detail: { parameter: 'filter', column: 7, length: 3 },
  })
  const groups = view.groups(groupQuerySchema.parse({ filter: 'depth>1' }), reader, newCall(30_000))
  await expect(groups).rejects.toMatchObject({ code: 'bad_request', detail: { column: 1 } })
})

test('last values of a broker that is down are found as they are shown', async () => {
  broker.die()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await names('depth>100')).toEqual(['orders.eu'])
  expect(await names('stale:yes')).toHaveLength(3)
  expect(await names('depth:unknown')).toEqual([])
})

test('every chip counts what its clause finds; only a first page says so', async () => {
  const { counts, nextCursor } = await list({ limit: '1' })
  expect(counts).toMatchObject({ all: 3, queue: 3, topic: 0 })
  for (const { id, clause } of destinationChips)
    expect(counts?.[id], id).toBe((await list({ filter: clause })).total)
  expect(await list({ limit: '1', cursor: nextCursor ?? '' })).not.toHaveProperty('counts')
})

test('a slim row keeps what a list shows and leaves the rest empty', async () => {
  const [whole] = (await list({})).items
  const [slim] = (await list({ slim: 'true' })).items
  expect(slim).toMatchObject({
    ...whole,
    readings: { depth: { state: 'ok', value: 0 } },
    abilities: {},
    links: {},
    deadLetter: { ...whole?.deadLetter, evidence: [] },
  })
})
