import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'
import { seededRandom } from '../support/random.ts'
import { openKafkaWorld } from '../support/worlds/kafka.ts'
import { openRabbitmqWorld } from '../support/worlds/rabbitmq.ts'
import { openRedisWorld } from '../support/worlds/redis.ts'
import type { World } from '../support/worlds/world.ts'

/**
 * A replay of 2,000 messages on each broker, at once, while the console is killed with SIGKILL at eight
 * moments of a seeded sequence. Nothing may be lost; what stands twice stands under one replay id, or its
 * row says `uncertain`.
 */
const count = 2_000
const kills = 8
const seed = Number(process.env.SIGNALBOX_TEST_SEED ?? 20_261_124)

interface Run {
  readonly id: string
  readonly state: string
  readonly problem?: string
  readonly counts: Readonly<
    Record<'total' | 'pending' | 'sent' | 'done' | 'failed' | 'uncertain' | 'skipped', number>
  >
}
interface Item {
  readonly row: number
  readonly state: string
  readonly reason?: string
}

const name = `kill-${process.pid}`
const worlds: World[] = []
let server: Console

beforeAll(async () => {
  worlds.push(
    await openRabbitmqWorld(await sharedBroker('rabbitmq'), name),
    await openKafkaWorld(await sharedBroker('kafka'), name),
    await openRedisWorld(await sharedBroker('redis'), name),
  )
  await Promise.all(worlds.map((world) => world.seed(count)))
  server = new Console({ brokers: worlds.map((world) => world.broker) })
  await server.start()
})
afterAll(async () => {
  await server.remove()
  await Promise.all(worlds.map((world) => world.close()))
})

test('killed eight times while replaying on three brokers: nothing is lost', {
  timeout: 300_000,
}, async () => {
  const runs = new Map<World, string>()
  for (const world of worlds) {
    const source = await server.api.destination(world.kind, world.deadLetters)
    const plan = { broker: world.kind, source: source.id, select: { all: true }, target: { origin: true } }
    const run = await server.api.post<Run>('/replays', { ...plan, rate: 250 })
    runs.set(world, run.id)
  }
  await Promise.all([...runs.values()].map((id) => server.api.post(`/replays/${id}/start`)))

  const random = seededRandom(seed)
  for (let kill = 0; kill < kills; kill += 1) {
    // From the moment of the first message after a start on: in the middle of everything a run does.
    await new Promise((done) => setTimeout(done, 100 + random() * 700))
    await server.kill()
    await server.start()
  }

  for (const [world, id] of runs) {
    const run = await waitFor(
      async () => {
        const now = await server.api.get<Run>(`/replays/${id}`)
        return ['completed', 'failed', 'paused'].includes(now.state) && now
      },
      `the end of the replay on ${world.kind}`,
      90_000,
    )
    expect(run.problem, `${world.kind}: ${run.state}`).toBeUndefined()
    const { total, ...parts } = run.counts
    expect(total).toBe(count)
    expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(total)
    const uncertain = await server.api.all<Item>(`/replays/${id}/items?state=uncertain&limit=1000`)
    expect(uncertain).toHaveLength(run.counts.uncertain)
    for (const item of uncertain) expect(item.reason).toBeTruthy()
    await checkWorld(world, run)
  }
})

async function checkWorld(world: World, run: Run): Promise<void> {
  const arrived = new Map<string, string[]>()
  for (const { body, replayId } of await world.readOrigin()) {
    expect(replayId, `${body} came without its replay id`).toMatch(new RegExp(`^${run.id}/\\d+$`))
    arrived.set(body, [...(arrived.get(body) ?? []), replayId ?? ''])
  }
  const left = await world.readDeadLetters()
  const remaining = new Set(left)
  expect(remaining.size, `${world.kind}: a message stands twice in the source`).toBe(left.length)

  const everything = Array.from({ length: count }, (_, i) => `message ${i}`)
  const lost = everything.filter((body) => !arrived.has(body) && !remaining.has(body))
  expect(lost, `${world.kind}: lost`).toEqual([])
  const strange = [...arrived.values()].filter((ids) => new Set(ids).size > 1)
  expect(strange, `${world.kind}: one message under two replay ids`).toEqual([])
  // What is settled has arrived, and what has arrived is settled or in doubt.
  expect(arrived.size).toBeGreaterThanOrEqual(run.counts.done)
  expect(arrived.size).toBeLessThanOrEqual(run.counts.done + run.counts.uncertain)
  if (world.removes) expect(remaining.size).toBe(run.counts.uncertain)
  else expect(remaining.size).toBe(count)
  expect(run.counts.failed + run.counts.skipped + run.counts.pending + run.counts.sent).toBe(0)
  const twice = [...arrived.values()].filter((ids) => ids.length > 1).length
  console.log(
    `${world.kind}: ${arrived.size} arrived, ${twice} of them twice, ${run.counts.uncertain} uncertain`,
  )
}
