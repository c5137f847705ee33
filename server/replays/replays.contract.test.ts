import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrokerConnection,
  type DestinationRef,
  encodeRef,
  newCall,
  textHeader,
} from '../brokers/contract/index.ts'
import { kafkaHarness } from '../brokers/kafka/testing/harness.ts'
import { rabbitmqHarness } from '../brokers/rabbitmq/testing/harness.ts'
import { redisHarness } from '../brokers/redis/testing/harness.ts'
import type { DriverHarness, Flavour, RawDelivery, RawMessage } from '../brokers/testing/harness.ts'
import type { Storage } from '../storage/contract/index.ts'
import { openStorage } from '../storage/sqlite/open-storage.ts'
import { replayHeaders } from './headers.ts'
import { openConsole } from './testing/console.ts'
import { Life } from './testing/life.ts'

const brokers: readonly [string, DriverHarness, number][] = [
  ['Redis stream', redisHarness('redis'), 0],
  ['Kafka topic', kafkaHarness(), 0],
  ['RabbitMQ classic queue', rabbitmqHarness(), 0],
  ['RabbitMQ quorum queue', rabbitmqHarness(), 1],
]

describe.each(brokers)('replay %s → its like', (label, harness, index) => {
  const flavour = harness.flavours[index] as Flavour
  const made: DestinationRef[] = []
  let storage: Storage
  let directory: string
  let connection: BrokerConnection

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signalbox-replays-'))
    storage = await openStorage(directory)
    await harness.setUp()
    connection = await harness.connect()
  })
  afterAll(async () => {
    await connection?.close()
    for (const ref of made) await flavour.destroy(ref)
    await harness.tearDown()
    await storage.close()
    await rm(directory, { recursive: true, force: true })
  })

  async function seed(messages: readonly RawMessage[]) {
    const tag = `${Date.now().toString(36)}${made.length}`
    const source = await flavour.create(`replay-dlq-${tag}`)
    const target = await flavour.create(`replay-to-${tag}`)
    made.push(source, target)
    await flavour.publish(source, messages)
    return { source, target }
  }
  const inputOf = (refs: { source: DestinationRef; target: DestinationRef }) => ({
    broker: 'b',
    source: encodeRef(refs.source),
    target: { destination: encodeRef(refs.target) },
  })

  it('moves 2,000 messages byte for byte, in order', async () => {
    const messages = letters(2_000, 1_000)
    const refs = await seed(messages)
    const shop = openConsole(storage, { b: connection })
    const { id } = await shop.create({ ...inputOf(refs), select: { all: true } })
    await shop.until(id, 'planned')
    const began = performance.now()
    await shop.start(id)
    const run = await shop.until(id, 'completed', 'failed', 'paused')
    console.log(`${label}: ${Math.round(2_000_000 / (performance.now() - began))} messages a second`)
    expect(run.counts, JSON.stringify(run)).toMatchObject({ total: 2_000, done: 2_000 })
    const arrived = await flavour.drain(refs.target)
    expect(arrived.map(contentOf)).toEqual(messages.map(contentOf))
    for (const [at, { headers }] of arrived.entries())
      expect(headers.find(({ name }) => name === 'signalbox-replay-id')?.value).toBe(`${id}/${at + 1}`)
    expect(await flavour.count(refs.source)).toBe(flavour.settles === 'marks' ? 2_000 : 0)
  })

  it('moves three of ten and leaves the others in order', async () => {
    const messages = letters(10, 20)
    const refs = await seed(messages)
    const ids = await idsOf(connection, refs.source)
    const shop = openConsole(storage, { b: connection })
    const chosen = [1, 4, 8]
    const { id } = await shop.create({
      ...inputOf(refs),
      select: { ids: chosen.map((at) => ids[at] ?? '') },
    })
    await shop.start(id)
    const run = await shop.until(id, 'completed', 'failed', 'paused')
    expect(run.counts, JSON.stringify(run)).toMatchObject({ total: 3, done: 3 })
    const arrived = await flavour.drain(refs.target)
    expect(arrived.map(contentOf)).toEqual(chosen.map((at) => contentOf(messages[at])))
    const left = messages.filter((_, at) => flavour.settles === 'marks' || !chosen.includes(at))
    expect((await flavour.drain(refs.source)).map(contentOf)).toEqual(left.map(contentOf))
  })

  it('loses nothing when the console dies, and goes on by itself', async () => {
    const messages = letters(600, 100)
    const refs = await seed(messages)
    let id = ''
    for (const death of [60, 25, 40, Number.POSITIVE_INFINITY]) {
      const life = new Life(death)
      const mine = await harness.connect()
      const held = { ...storage, replays: life.wrap(storage.replays), audit: life.wrap(storage.audit) }
      const shop = openConsole(held, { b: mine }, { pageSize: 50 })
      const lived = async () => {
        if (id === '') {
          const run = await shop.create({ ...inputOf(refs), select: { all: true } })
          id = run.id
          await shop.start(id)
        } else await shop.replays.recover()
        await shop.until(id, 'completed', 'failed', 'paused')
      }
      await Promise.race([lived(), life.died])
      await mine.close()
    }
    const counts = await storage.replays.countStates(id)
    expect(counts.settled + counts.uncertain).toBe(600)
    const there = await flavour.drain(refs.target)
    const replayIds = there.map(({ headers }) => headers.find(({ name }) => name === replayHeaders[0])?.value)
    expect(new Set(replayIds).size).toBe(there.length)
    const here = flavour.settles === 'marks' ? [] : await flavour.drain(refs.source)
    const texts = (list: readonly RawDelivery[]) => list.map(({ body }) => Buffer.from(body ?? []).toString())
    const both = new Set([...texts(there), ...texts(here)])
    if (flavour.settles === 'removes') expect(both.size).toBe(600)
    expect(there.length + here.length).toBeLessThanOrEqual(600 + counts.uncertain)
    if (connection.publish?.verify && flavour.verify === true) {
      expect(counts.uncertain).toBe(0)
      expect(there.length).toBe(600)
    }
  })
})

function letters(count: number, size: number): RawMessage[] {
  return Array.from({ length: count }, (_, at) => ({
    key: null,
    body: Buffer.concat([Buffer.from(`${at} `), Buffer.alloc(size, at % 251)]),
    headers: [textHeader('order', String(at))],
  }))
}

/** What the origin's own consumer gets, without what the replay added and the broker adds. */
function contentOf(message: RawMessage | undefined): string {
  const headers = (message?.headers ?? []).filter(
    ({ name }) => !(replayHeaders as readonly string[]).includes(name) && !name.startsWith('x-'),
  )
  return JSON.stringify([
    Buffer.from(message?.body ?? []).toString('base64'),
    headers.map(({ name, value }) => [name, value]),
  ])
}

async function idsOf(connection: BrokerConnection, ref: DestinationRef): Promise<string[]> {
  const request = { from: { kind: 'oldest' }, limit: 10, maxBytes: 1_000_000 } as const
  const page = await connection.browse?.read(ref, request, newCall(20_000))
  return page?.messages.map(({ id }) => id) ?? []
}
