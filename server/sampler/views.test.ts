import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { destinationQuerySchema, groupQuerySchema } from '../../lib/api/queries.ts'
import { BrokerError, newCall } from '../brokers/contract/index.ts'
import { groupId } from './book.ts'
import { FakeBroker, groupOf, idOf, reader } from './testing/fake-broker.ts'
import { openWatch, type Watch } from './testing/open-watch.ts'
import { BrokerView } from './views.ts'

const [everything, anyGroup] = [destinationQuerySchema.parse({}), groupQuerySchema.parse({})]
let broker: FakeBroker
let watch: Watch
let view: BrokerView

beforeEach(() => {
  vi.useFakeTimers()
  broker = new FakeBroker()
  broker.depths.set('orders', 1)
  watch = openWatch(broker)
  view = new BrokerView(watch.watcher, () => Date.now())
})
afterEach(async () => {
  const stopped = watch.watcher.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  await stopped
  vi.useRealTimers()
})
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms)
async function start(): Promise<void> {
  watch.watcher.start()
  await passes(50)
}
/** The answer of a call that may wait on timers. */
async function answer<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  await passes(12_000)
  return work
}
const list = () => view.destinations(everything, reader, newCall(30_000))

test('a list older than 5 s is refreshed before it answers', async () => {
  await start()
  await passes(10_000)
  broker.depths.set('orders', 8)
  const page = await list()
  expect(page).toMatchObject({ total: 1, nextCursor: null, problems: [] })
  expect(page.items[0]).toMatchObject({ id: idOf('orders'), name: 'orders', type: 'queue' })
  expect(page.items[0]?.readings.depth).toMatchObject({ state: 'ok', value: 8 })
})

test('a broker that is down lists its last values as what they were', async () => {
  await start()
  broker.die()
  await passes(10_000)
  const page = await list()
  expect(page.items[0]?.readings.depth).toMatchObject({ state: 'unavailable', last: { value: 1 } })
  expect(page.problems[0]).toMatchObject({ scope: 'fake', code: 'broker_unreachable' })
  expect(view.broker(reader)).toMatchObject({ state: 'down', version: '4.1.0' })
  expect(view.broker(reader).readings.deadLetters).toMatchObject({ state: 'unavailable' })
})

test('a broker never read answers why', async () => {
  broker.failure = new BrokerError('auth_failed', 'ACCESS_REFUSED for user guest')
  await start()
  await expect(answer(list())).rejects.toMatchObject({ code: 'auth_failed' })
  broker.die()
  await passes(10_000)
  await expect(answer(list())).rejects.toMatchObject({ code: 'unreachable' })
})

test('one destination is read live, with its parts', async () => {
  await start()
  broker.depths.set('orders', 9)
  const detail = await view.destination(idOf('orders'), reader, newCall(10_000))
  expect(detail.readings.depth).toMatchObject({ state: 'ok', value: 9 })
  expect(detail.settings).toEqual([])
})

test('a destination that is gone is not found, though the list still names it', async () => {
  await start()
  broker.depths.delete('orders')
  const asked = view.destination(idOf('orders'), reader, newCall(10_000))
  await expect(asked).rejects.toMatchObject({ code: 'not_found' })
  await expect(view.destination('no id', reader, newCall(10_000))).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a broker that does not answer in time shows the last known destination as such', async () => {
  await start()
  await view.destination(idOf('orders'), reader, newCall(10_000))
  broker.failure = new BrokerError('timeout', 'too slow')
  const detail = await answer(view.destination(idOf('orders'), reader, newCall(10_000)))
  expect(detail.readings.depth).toMatchObject({ state: 'unavailable', last: { value: 1 } })
  expect(detail.problems?.[0]).toMatchObject({ scope: 'orders', code: 'stale' })
})

test('a destination never described says so while its broker is down', async () => {
  await start()
  broker.die()
  await passes(10_000)
  const detail = await view.destination(idOf('orders'), reader, newCall(10_000))
  expect(detail.readings.depth).toMatchObject({ state: 'unavailable', last: { value: 1 } })
  expect(detail.problems).toMatchObject([{ code: 'unavailable' }])
})

test('groups as sampled; without the facet one group is unsupported', async () => {
  broker.groups.push(groupOf('billing', 5))
  await start()
  const page = await view.groups(anyGroup, reader, newCall(10_000))
  expect(page.items[0]).toMatchObject({ id: groupId('billing'), name: 'billing', total: { value: 5 } })
  expect(page.items[0]).not.toHaveProperty('key')
  const one = view.group(groupId('billing'), reader, newCall(10_000))
  await expect(one).rejects.toMatchObject({ code: 'unsupported' })
  await expect(view.group(idOf('orders'), reader, newCall(10_000))).rejects.toMatchObject({
    code: 'not_found',
  })
})
