import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'

/**
 * The console is killed with SIGKILL while it reads a stream that grows and, beside it, ten thousand queues. Every
 * value it showed must stand in its history afterwards, but for those of the last interval; the time it was dead is
 * a gap.
 */
const kills = 2
/** A broker somebody looks at is read every 5 s at the latest, and a little. */
const intervalMs = 6_000
/** As the console says: on a busy machine it reads more seldom, and what it told stands for so long. */
let dueMs = intervalMs
const watchMs = 9_000
const name = `history-${process.pid}`

interface Row {
  readonly id: string
  readonly name: string
  readonly readings: Readonly<
    Record<string, { readonly state: string; readonly value?: number; readonly at?: string }>
  >
}
interface Series {
  readonly stepMs: number
  readonly points: readonly (readonly [number, number | null])[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

let server: Console
let redis: Redis
let adding: NodeJS.Timeout
beforeAll(async () => {
  const { urls } = await sharedBroker('redis')
  redis = new Redis(urls.redis ?? '')
  await redis.xadd(name, '*', 'body', 'first')
  adding = setInterval(() => void redis.xadd(name, '*', 'body', 'x'), 20)
  const load = { id: 'many', kind: 'sandbox', scenario: 'many' }
  server = new Console({ brokers: [{ id: 'redis', kind: 'redis', url: urls.redis }, load] })
  await server.start()
})
afterAll(async () => {
  clearInterval(adding)
  await server.remove()
  await redis.del(name)
  redis.disconnect()
})

const look = async () => {
  const { items } = await server.api.get<{ items: Row[] }>(`/brokers/redis/destinations?q=${name}`)
  await server.api.get('/brokers/many')
  const { sampling } = await server.api.get<{ sampling?: { intervalMs: number } }>('/brokers/redis')
  dueMs = Math.max(dueMs, (sampling?.intervalMs ?? 0) + 1_500)
  return items.find((row) => row.name === name)
}

test('killed while it writes, it loses at most one interval of history', { timeout: 120_000 }, async () => {
  const shown = new Map<number, number>()
  const deaths: { fromMs: number; toMs: number }[] = []
  let id = ''
  for (let kill = 0; kill < kills; kill += 1) {
    await waitFor(look, 'the stream in the list', 20_000)
    for (
      const until = Date.now() + watchMs;
      Date.now() < until;
      await new Promise((done) => setTimeout(done, 150))
    ) {
      const row = await look()
      const depth = row?.readings.depth
      if (row && depth?.state === 'ok' && depth.at) shown.set(Date.parse(depth.at), depth.value ?? Number.NaN)
      id = row?.id ?? id
    }
    const fromMs = Date.now()
    await server.kill()
    await new Promise((done) => setTimeout(done, dueMs + 3_000))
    await server.start()
    deaths.push({ fromMs, toMs: Date.now() })
  }
  expect(shown.size).toBeGreaterThan(kills * 1)
  const from = new Date(Math.min(...shown.keys()) - 1_000).toISOString()
  const history = await server.api.get<Series>(
    `/series?broker=redis&destination=${id}&metric=depth&from=${from}&points=1000`,
  )
  expect(history.stepMs).toBe(1_000)
  const stepOf = (ms: number) => history.points.findIndex(([at]) => ms >= at && ms < at + history.stepMs)
  const lost = [...shown].filter(([ms, value]) => {
    const step = stepOf(ms)
    const [low, high] = [history.low[step], history.high[step]]
    return (
      low === null || low === undefined || high === null || high === undefined || value < low || value > high
    )
  })
  for (const [ms] of lost)
    expect(
      deaths.some(({ fromMs }) => ms > fromMs - dueMs && ms <= fromMs),
      `lost ${new Date(ms).toISOString()}; killed ${deaths.map(({ fromMs }) => new Date(fromMs).toISOString())}`,
    ).toBe(true)
  expect(lost.length).toBeLessThanOrEqual(kills)
  for (const { fromMs, toMs } of deaths) {
    const dead = history.points.filter(([at]) => at > fromMs + dueMs - 1_000 && at + history.stepMs < toMs)
    expect(dead.length).toBeGreaterThan(0)
    expect(
      dead.every(([, value]) => value === null),
      'a value of a time nobody read',
    ).toBe(true)
  }
})
