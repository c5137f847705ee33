import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BrokerError, newCall } from '../brokers/contract/index.ts'
import { FakeBroker, idOf, queue, sampleOf } from './testing/fake-broker.ts'
import { openWatch, type Watch } from './testing/open-watch.ts'

let broker: FakeBroker
let watch: Watch

beforeEach(() => {
  vi.useFakeTimers()
  broker = new FakeBroker()
  broker.depths.set('orders', 1)
})
afterEach(async () => {
  const stopped = watch.watcher.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  await stopped
  vi.useRealTimers()
})

async function start(isWatchedLive = false): Promise<void> {
  watch = openWatch(broker, isWatchedLive)
  watch.watcher.start()
  await vi.advanceTimersByTimeAsync(50)
}
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const depth = (name = 'orders') => {
  const reading = watch.watcher.book.snapshot?.byId.get(idOf(name))?.readings.depth
  return reading?.state === 'ok' ? reading.value : undefined
}

test('the first probe wakes the first sample: values at once', async () => {
  await start()
  expect(watch.watcher.health).toMatchObject({ state: 'up', version: '4.1.0' })
  expect(depth()).toBe(1)
})

test('read every 5 s while somebody looks, every 15 s otherwise, whatever the number of readers', async () => {
  await start()
  const before = broker.counts.sample
  await passes(60_000)
  expect(broker.counts.sample - before).toBe(4)
  const quiet = broker.counts.sample
  for (let viewer = 0; viewer < 100; viewer += 1) watch.watcher.watch()
  await passes(45_000)
  const watched = broker.counts.sample - quiet
  expect(watched).toBeGreaterThanOrEqual(9)
  expect(watched).toBeLessThanOrEqual(11)
  // Nobody looked for a minute: calm again.
  await passes(30_000)
  const calm = broker.counts.sample
  await passes(60_000)
  expect(broker.counts.sample - calm).toBeLessThanOrEqual(5)
})

test('read every 60 s when nobody looks and nothing moves; every 15 s again when something does', async () => {
  await start()
  await passes(120_000)
  const quiet = broker.counts.sample
  await passes(300_000)
  const slow = broker.counts.sample - quiet
  expect(slow).toBeGreaterThanOrEqual(5)
  expect(slow).toBeLessThanOrEqual(6)
  broker.depths.set('orders', 2)
  for (let waitedMs = 0; depth() !== 2 && waitedMs < 60_000; waitedMs += 1_000) await passes(1_000)
  expect(depth()).toBe(2)
  const moved = broker.counts.sample
  await passes(45_000)
  expect(broker.counts.sample - moved).toBeGreaterThanOrEqual(2)
})

test('an open live stream counts as watching', async () => {
  await start(true)
  const before = broker.counts.sample
  await passes(90_000)
  expect(broker.counts.sample - before).toBeGreaterThanOrEqual(18)
})

test('a refused connection shows as down within 10 s; the last values stay; it heals by itself', async () => {
  await start()
  broker.die()
  await passes(9_900)
  expect(watch.watcher.health).toMatchObject({ state: 'down', code: 'unreachable' })
  expect(watch.watcher.health.reason).toContain('ECONNREFUSED')
  expect(depth()).toBe(1)
  const samples = broker.counts.sample
  await passes(120_000)
  expect(broker.counts.sample, 'a dead broker is probed, not sampled').toBe(samples)
  broker.revive()
  broker.depths.set('orders', 7)
  await passes(5_000)
  expect(watch.watcher.health.state).toBe('up')
  expect(depth()).toBe(7)
})

test('a broker that falls silent shows as down within 10 s', async () => {
  await start()
  broker.isSilent = true
  await passes(9_900)
  expect(watch.watcher.health.state).toBe('down')
  broker.revive()
  await passes(5_000)
  expect(watch.watcher.health.state).toBe('up')
})

test('a death seen by a sample is told at once, not at the next beat of the probe', async () => {
  await start(true)
  const probes = broker.counts.probe
  await passes(4_200)
  expect(broker.counts.probe).toBe(probes + 1)
  broker.die()
  await passes(400)
  expect(watch.watcher.health.state).toBe('down')
})

test('a failing sample degrades with the reason and keeps the values; the next good one heals', async () => {
  await start()
  broker.sampleFailure = new BrokerError('protocol', 'not JSON')
  await passes(16_000)
  expect(watch.watcher.health).toMatchObject({ state: 'degraded' })
  expect(watch.watcher.health.reason).toContain('not JSON')
  expect(depth()).toBe(1)
  broker.sampleFailure = null
  await passes(20_000)
  expect(watch.watcher.health).toMatchObject({ state: 'up', reason: null })
})

test('a failing list keeps the old one, says so, and is read again', async () => {
  await start()
  broker.listFailure = new BrokerError('timeout', 'too slow')
  broker.depths.set('new', 1)
  await passes(40_000)
  expect(watch.watcher.book.snapshot?.rows).toHaveLength(1)
  expect(watch.watcher.health.reason).toContain('too slow')
  broker.listFailure = null
  await passes(40_000)
  expect(watch.watcher.book.snapshot?.rows).toHaveLength(2)
  expect(watch.watcher.health.state).toBe('up')
})

test('a new destination is listed within 10 s of a watched broker, a deleted one is gone', async () => {
  await start(true)
  broker.depths.set('new', 3)
  await passes(9_900)
  expect(depth('new')).toBe(3)
  broker.depths.delete('orders')
  await passes(9_900)
  expect(watch.watcher.book.snapshot?.rows.map((row) => row.info.ref.name)).toEqual(['new'])
  expect(watch.samples.some((sample) => sample.structureChanged)).toBe(true)
})

test('a structure that fits is read every 30 s of watching, not more', async () => {
  await start(true)
  const before = broker.counts.list
  await passes(120_000)
  expect(broker.counts.list - before).toBeLessThanOrEqual(4)
})

test('a long list is read page by page', async () => {
  for (let i = 0; i < 1_200; i += 1) broker.depths.set(`queue ${i}`, i)
  await start()
  expect(watch.watcher.book.snapshot?.rows).toHaveLength(1_201)
  expect(broker.counts.list).toBe(3)
})

test('what was written shows at once', async () => {
  await start()
  await passes(3_000)
  broker.depths.set('orders', 2)
  watch.watcher.touch()
  await passes(10)
  expect(depth()).toBe(2)
})

test('a touch during a sample is not swallowed by it', async () => {
  await start()
  broker.delayMs = 500
  watch.watcher.touch()
  await passes(100)
  broker.depths.set('orders', 2)
  watch.watcher.touch()
  await passes(1_300)
  expect(depth()).toBe(2)
})

test('who asks for fresh values gets values of the last 5 s, read once for all who ask', async () => {
  await start()
  await passes(10_000)
  broker.depths.set('orders', 4)
  const before = broker.counts.sample
  broker.delayMs = 100
  const all = Promise.all(Array.from({ length: 20 }, () => watch.watcher.freshen(newCall(10_000))))
  await passes(300)
  await all
  expect(depth()).toBe(4)
  expect(broker.counts.sample - before).toBeLessThanOrEqual(1)
  await watch.watcher.freshen(newCall(10_000))
  expect(broker.counts.sample - before, 'fresh values are not read again').toBeLessThanOrEqual(1)
})

test('a refresh takes 2 s at most; the old values stay', async () => {
  await start()
  await passes(10_000)
  broker.delayMs = 15_000
  const began = Date.now()
  let tookMs = 0
  const asked = watch.watcher.freshen(newCall(30_000)).then(() => {
    tookMs = Date.now() - began
  })
  await passes(3_000)
  await asked
  expect(tookMs).toBeLessThanOrEqual(2_100)
  expect(depth()).toBe(1)
})

test('a first connection is waited for up to 10 s', async () => {
  broker.delayMs = 3_000
  await start()
  const asked = watch.watcher.freshen(newCall(30_000))
  await passes(9_000)
  await asked
  expect(depth()).toBe(1)
})

test('a first connection that is slower than a probe waits is waited for too', async () => {
  broker.isSilent = true
  await start()
  const asked = watch.watcher.freshen(newCall(30_000))
  await passes(4_700)
  broker.revive()
  await passes(4_000)
  await asked
  expect(depth()).toBe(1)
})

test('nobody waits for a broker that is down', async () => {
  broker.die()
  await start()
  const asked = watch.watcher.freshen(newCall(30_000))
  await passes(10)
  await asked
  expect(watch.watcher.book.snapshot).toBeNull()
})

test('who left is not waited for', async () => {
  broker.isSilent = true
  await start()
  const leave = new AbortController()
  const asked = watch.watcher.freshen(newCall(30_000, leave.signal))
  const failed = expect(asked).rejects.toThrow()
  leave.abort()
  await passes(10)
  await failed
})

test('a destination somebody looks at is sampled closely, for a minute', async () => {
  await start()
  watch.watcher.watch({ id: idOf('orders'), ref: queue('orders') })
  await passes(5_000)
  expect(broker.watched.at(-1)).toEqual([queue('orders')])
  await passes(80_000)
  expect(broker.watched.at(-1)).toEqual([])
})

test('stopping ends both loops whatever they wait for', async () => {
  await start()
  broker.isSilent = true
  await passes(4_500)
  const stopped = watch.watcher.stop()
  await passes(300)
  await stopped
  const counts = { ...broker.counts }
  await passes(60_000)
  expect(broker.counts).toEqual(counts)
})

test('each sample is written once into the last 15 minutes; a dead broker leaves a gap', async () => {
  await start(true)
  await passes(60_000)
  const points = () => {
    const request = { metrics: ['depth' as const], destinations: [idOf('orders')] }
    return watch.watcher.recent.read('fake', request, Date.now()).items[0]?.points ?? []
  }
  // A minute touches three or four steps of 20 s, by where it begins; each that was sampled holds one value.
  const known = points().filter((point) => point !== null)
  expect(new Set(known)).toEqual(new Set([1]))
  expect([3, 4]).toContain(known.length)
  broker.die()
  await passes(120_000)
  expect(points().slice(-4)).toEqual([null, null, null, null])
  broker.depths.set('orders', 7)
  broker.revive()
  await passes(25_000)
  expect(points().at(-1)).toBe(7)
  expect(points()).toContain(null)
})

test('a broker that remembers its past gives the minutes before the console came', async () => {
  const now = Date.now()
  broker.past = [40_000, 20_000].map((ago, index) => ({
    atMs: now - ago,
    readings: {},
    destinations: [sampleOf('orders', 50 + index)],
    groups: [],
    problems: [],
  }))
  await start()
  const request = { metrics: ['depth' as const], destinations: [idOf('orders')] }
  const { items, since } = watch.watcher.recent.read('fake', request, Date.now())
  expect(items[0]?.points.filter((point) => point !== null)).toEqual([50, 51, 1])
  expect(since).toBe(new Date(now - 40_000).toISOString())
  expect(depth()).toBe(1)
})
