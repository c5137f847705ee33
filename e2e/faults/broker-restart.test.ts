import { afterEach, describe, expect, test } from 'vitest'
import { type BrokerInstance, removeBroker, startBroker, stopBroker } from '../../scripts/brokers/index.ts'
import { type Api, waitFor } from '../support/api.ts'
import { Console } from '../support/console.ts'
import { openEvents } from '../support/events.ts'
import { openKafkaWorld } from '../support/worlds/kafka.ts'
import { openRabbitmqWorld } from '../support/worlds/rabbitmq.ts'
import { openRedisWorld } from '../support/worlds/redis.ts'
import type { OpenWorld, World } from '../support/worlds/world.ts'

/**
 * A broker is stopped and started again while the console browses it, publishes to it, replays on it and
 * streams from it. No call hangs, nothing is lost, and everything heals without a restart of the console.
 */
const count = 600
/** The longest deadline an operation has, and a little. */
const hungMs = 35_000

interface BrokerRow {
  readonly state: string
  readonly reason?: string
}
interface Run {
  readonly id: string
  readonly state: string
  readonly problem?: string
  readonly counts: Readonly<Record<string, number>>
}

const cases: readonly (readonly [World['kind'], OpenWorld])[] = [
  ['rabbitmq', openRabbitmqWorld],
  ['kafka', openKafkaWorld],
  ['redis', openRedisWorld],
]

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

describe.each(cases)('%s stopped and started again', (kind, openWorld) => {
  test('in the middle of browse, publish, replay and live streams', { timeout: 240_000 }, async () => {
    const instance = await startBroker(kind, { name: `restart-${process.pid}` })
    cleanups.push(() => removeBroker(instance))
    const world = await openWorld(instance, 'restart')
    await world.seed(count)
    const server = new Console({ brokers: [world.broker] })
    cleanups.push(() => server.remove())
    await server.start()
    const { api } = server
    const origin = await api.destination(kind, world.origin)
    const source = await api.destination(kind, world.deadLetters)
    const headers = { authorization: `Bearer ${server.token}` }
    const live = openEvents(`${server.url}/api/v1/live`, headers)

    const run = await api.post<Run>('/replays', {
      broker: kind,
      source: source.id,
      select: { all: true },
      target: { origin: true },
      rate: 100,
    })
    await api.post(`/replays/${run.id}/start`)
    const work = keepBusy(kind, api, origin.links.messages)
    cleanups.push(() => work.stop())
    await new Promise((done) => setTimeout(done, 1_500))

    const stoppedAt = Date.now()
    await stopBroker(instance)
    await waitFor(
      async () => (await api.get<BrokerRow>(`/brokers/${kind}`)).state === 'down',
      'the broker shown as down',
      Math.max(1_000, 10_000 - (Date.now() - stoppedAt)),
    )
    const stale = await api.get<{ items: { readings: Record<string, { state: string }> }[] }>(
      `/brokers/${kind}/destinations?limit=1000`,
    )
    expect(stale.items.length).toBeGreaterThan(1)
    const states = stale.items.flatMap((item) => Object.values(item.readings).map((reading) => reading.state))
    expect(states).not.toContain('ok')
    expect(states).toContain('unavailable')

    await restart(instance, kind)
    await waitFor(
      async () => (await api.get<BrokerRow>(`/brokers/${kind}`)).state !== 'down',
      'the broker shown as up again',
      30_000,
    )
    const end = await waitFor(
      async () => {
        const now = await api.get<Run>(`/replays/${run.id}`)
        return ['completed', 'failed'].includes(now.state) && now
      },
      'the end of the replay',
      90_000,
    )
    // Whatever was hit, the next look and the next message work.
    await waitFor(async () => (await work.publish()) === 200, 'a message published after the restart', 20_000)
    await waitFor(async () => (await work.browse()) === 200, 'a page read after the restart', 20_000)
    await work.stop()
    const seen = live.events.flatMap((event) =>
      event.event === 'broker' ? [(event.data as BrokerRow).state] : [],
    )
    live.stop()
    expect(seen).toContain('down')
    expect(seen.at(-1)).not.toBe('down')

    expect(work.longestMs).toBeLessThan(hungMs)
    expect(work.strange).toEqual([])
    expect(end.state, end.problem).toBe('completed')
    const arrived = (await world.readOrigin()).map((one) => one.body)
    const lostPublished = work.published.filter((body) => !arrived.includes(body))
    expect(lostPublished, 'published, confirmed and lost').toEqual([])
    const left = new Set(await world.readDeadLetters())
    const everything = Array.from({ length: count }, (_, i) => `message ${i}`)
    expect(everything.filter((body) => !arrived.includes(body) && !left.has(body))).toEqual([])
    const replayed = arrived.filter((body) => body.startsWith('message '))
    const uncertain = end.counts.uncertain ?? 0
    expect(replayed.length - new Set(replayed).size).toBeLessThanOrEqual(uncertain)
    console.log(
      `${kind}: ${work.published.length} published, ${work.failed} calls refused while down, ` +
        `longest call ${work.longestMs} ms, replay ${JSON.stringify(end.counts)}`,
    )
  })
})

async function restart(instance: BrokerInstance, kind: BrokerInstance['kind']): Promise<void> {
  await new Promise((done) => setTimeout(done, 2_000))
  await startBroker(kind, { name: instance.name })
}

/** Looks and publishes without pause, and notes what became of each call. */
function keepBusy(kind: World['kind'], api: Api, messages: string) {
  const published: string[] = []
  const strange: string[] = []
  let longestMs = 0
  let failed = 0
  let sent = 0
  let goesOn = true

  async function call(what: string, work: () => Promise<{ status: number; body: unknown }>): Promise<number> {
    const beganAt = Date.now()
    const { status, body } = await work()
    longestMs = Math.max(longestMs, Date.now() - beganAt)
    if (status !== 200) {
      failed += 1
      const code = (body as { error?: { code?: string } } | null)?.error?.code ?? ''
      // A RabbitMQ that stops closes its queues before its listeners, and then says they are not there.
      const isStopping = kind === 'rabbitmq' && code === 'not_found'
      if (!['broker_unreachable', 'timeout'].includes(code) && !isStopping)
        strange.push(`${what}: ${status} ${JSON.stringify(body)}`)
    }
    return status
  }
  const browse = () => call('browse', () => api.send('GET', `${messages}?limit=5`))
  async function publish(): Promise<number> {
    sent += 1
    const text = `published ${sent}`
    const status = await call('publish', () => api.send('POST', messages, { body: { text } }))
    if (status === 200) published.push(text)
    return status
  }
  async function loop(work: () => Promise<unknown>): Promise<void> {
    while (goesOn) {
      await work()
      await new Promise((done) => setTimeout(done, 40))
    }
  }
  const loops = [loop(browse), loop(publish), loop(publish)]
  return {
    published,
    strange,
    browse,
    publish,
    get longestMs() {
      return longestMs
    },
    get failed() {
      return failed
    },
    async stop() {
      goesOn = false
      await Promise.all(loops)
    },
  }
}
