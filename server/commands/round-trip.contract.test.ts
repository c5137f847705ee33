import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerConnection, type DestinationRef, encodeRef, newCall } from '../brokers/contract/index.ts'
import { kafkaHarness } from '../brokers/kafka/testing/harness.ts'
import { rabbitmqHarness } from '../brokers/rabbitmq/testing/harness.ts'
import { redisHarness } from '../brokers/redis/testing/harness.ts'
import { sandboxHarness } from '../brokers/sandbox/testing/harness.ts'
import { type Flavour, isNone, type RawDelivery, type RawMessage } from '../brokers/testing/harness.ts'
import type { MessageEngine } from '../messages/create-messages.ts'
import { callerWith } from '../messages/testing/fake-broker.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { CommandEngine } from './create-commands.ts'
import { openEngines } from './testing/open-engines.ts'

const caller = callerWith()
const call = () => newCall(30_000)
let serial = 0

/**
 * What a reader of the application sees of a message, comparable. An AMQP table has no order: a quorum queue sorts
 * it by name when it takes a message back.
 */
function shapeOf({ carries }: Flavour, { key, body, headers }: RawMessage | RawDelivery) {
  const own = headers.filter(({ name }) => !carries.added.includes(name))
  return {
    key: carries.key && key ? Buffer.from(key).toString('hex') : null,
    body: body && Buffer.from(body).toString('hex'),
    headers: carries.added.length > 0 ? own.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : own,
  }
}

/** Bytes of every sort, keys, headers of every type the broker holds, and a tombstone where it has one. */
function seedsFor({ carries }: Flavour, count: number): RawMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    key: carries.key ? Buffer.from([n % 256, 0xff]) : null,
    body: carries.nullBody && n === 3 ? null : Buffer.from([0, n % 256, 0xfe, 0x0a]),
    headers: carries.headers,
  }))
}

describe.each([
  sandboxHarness,
  rabbitmqHarness(),
  redisHarness('redis'),
  redisHarness('redis-cluster'),
  kafkaHarness(),
])('$label', (harness) => {
  let connection: BrokerConnection
  let storage: Storage
  let directory: string
  let commands: CommandEngine
  let messages: MessageEngine

  beforeAll(async () => {
    await harness.setUp()
    directory = await mkdtemp(join(tmpdir(), 'signalbox-round-trip-'))
    connection = await harness.connect()
    ;({ storage, commands, messages } = await openEngines(connection, directory))
  })
  afterAll(async () => {
    await connection?.close()
    await storage?.close()
    await rm(directory, { recursive: true })
    await harness.tearDown()
  })

  describe.each(harness.flavours)('$label', (flavour) => {
    async function withDestination(work: (ref: DestinationRef, id: string) => Promise<void>): Promise<void> {
      serial += 1
      const ref = await flavour.create(`round-trip.${process.pid}.${serial}`)
      try {
        await work(ref, encodeRef(ref))
      } finally {
        await flavour.destroy(ref)
      }
    }

    if (!isNone(flavour.purge))
      it('a purge is undone byte for byte', () =>
        withDestination(async (ref, id) => {
          const seeds = seedsFor(flavour, 230)
          await flavour.publish(ref, seeds)
          const { removed, backup } = await commands.purge('real', id, { confirm: ref.name }, caller, call())
          expect(removed).toBe(230)
          expect(await flavour.count(ref)).toBe(0)
          expect(await commands.restore(backup, caller, call())).toEqual({ restored: 230 })
          const back = await flavour.drain(ref)
          expect(back.map((one) => shapeOf(flavour, one))).toEqual(seeds.map((one) => shapeOf(flavour, one)))
          await expect(commands.restore(backup, caller, call())).rejects.toMatchObject({ code: 'conflict' })
        }))

    const takes = flavour.settles === 'removes' && !isNone(flavour.claim)
    if (takes)
      it('single messages are deleted, put back, and parked', () =>
        withDestination(async (ref, id) => {
          const seeds = seedsFor(flavour, 6)
          await flavour.publish(ref, seeds)
          const page = await messages.page('real', id, { from: 'oldest', limit: 10 }, caller, call())
          const [, second, , fourth] = page.items
          const ids = [second?.id ?? '', fourth?.id ?? '']
          const input = { ids, confirm: ref.name } as const
          const gone = await commands.settle('real', id, { ...input, action: 'delete' }, caller, call())
          expect(gone.settled).toBe(2)
          expect(await flavour.count(ref)).toBe(4)
          await commands.restore(gone.backup, caller, call())
          const now = await messages.page('real', id, { from: 'oldest', limit: 10 }, caller, call())
          const last = now.items.slice(-2).map((message) => message.id)
          await commands.settle('real', id, { ids: last, confirm: ref.name, action: 'park' }, caller, call())
          const parked: DestinationRef = { ...ref, name: `${ref.name}.parked` }
          try {
            const there = await flavour.drain(parked)
            const expected = [seeds[1], seeds[3]].flatMap((one) => (one ? [shapeOf(flavour, one)] : []))
            expect(there.map((one) => shapeOf(flavour, one))).toEqual(expected)
          } finally {
            await flavour.destroy(parked)
          }
          const rest = await flavour.drain(ref)
          const staying = seeds.filter((_, n) => n !== 1 && n !== 3)
          expect(rest.map((one) => shapeOf(flavour, one))).toEqual(
            staying.map((one) => shapeOf(flavour, one)),
          )
        }))

    if (flavour.settles === 'marks')
      it('nothing can be taken out of a log that keeps everything', () =>
        withDestination(async (ref, id) => {
          const input = { ids: ['0-0'], confirm: ref.name, action: 'delete' as const }
          await expect(commands.settle('real', id, input, caller, call())).rejects.toMatchObject({
            code: 'unsupported',
          })
        }))

    it('what is published is found, read, filtered and given out whole', () =>
      withDestination(async (_ref, id) => {
        const large = Buffer.alloc(300_000, 'x€')
        const bodies = [
          { json: { order: 7, text: 'findable' } },
          { base64: gzipSync('{"id":9007199254740993}').toString('base64') },
          { base64: large.toString('base64') },
        ]
        for (const body of bodies) await commands.publish('real', id, { body }, caller, call())
        const page = await messages.page('real', id, { from: 'oldest', limit: 10 }, caller, call())
        expect(page.items.map((message) => message.body?.decoded)).toEqual([
          ['json'],
          ['gzip', 'json'],
          ['text'],
        ])
        expect(page.items[1]?.body?.json).toEqual({ id: '9007199254740993' })
        expect(page.items[2]?.body).toMatchObject({ truncated: true, bytes: 300_000 })
        const { bytes, size } = await messages.body('real', id, page.items[2]?.id ?? '', caller, call())
        expect(size).toBe(300_000)
        expect(Buffer.concat(await Array.fromAsync(bytes)).equals(large)).toBe(true)
        const query = { from: 'oldest', limit: 10, filter: 'FINDABLE' }
        const found = await messages.page('real', id, query, caller, call())
        expect(found.items.map((message) => message.id)).toEqual([page.items[0]?.id])
        expect(found.scanned.messages).toBeGreaterThanOrEqual(1)
      }))

    if (!isNone(flavour.tail))
      it('what arrives is followed', () =>
        withDestination(async (_ref, id) => {
          const stream = await messages.stream('real', id, { limit: 2, filter: 'yes' }, caller, call())
          for (const text of ['yes 1', 'no', 'yes 2']) {
            await commands.publish('real', id, { body: { text } }, caller, call())
          }
          const events = await Array.fromAsync(stream)
          const texts = events.flatMap((event) => (event.event === 'message' ? event.data.body?.text : []))
          expect(texts).toEqual(['yes 1', 'yes 2'])
          expect(events.at(-1)).toMatchObject({ event: 'done', data: { messages: 3, stoppedBy: 'limit' } })
        }))
  })
})
