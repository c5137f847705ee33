import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrokerConnection,
  type BrokerMessage,
  type DestinationRef,
  newCall,
  textHeader,
} from '../contract/index.ts'
import { call, eventually, expectBrokerError, facetOf } from '../testing/suite/support.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { runTool } from './testing/groups.ts'
import { addressOf, connectTo } from './testing/harness.ts'
import { openRaw, type Raw } from './testing/raw.ts'

const unique = (what: string) => `kafka-${what}-${randomBytes(4).toString('hex')}`
const page = { from: { kind: 'oldest' as const }, limit: 500, maxBytes: 1 << 26 }
const textsOf = (messages: readonly BrokerMessage[]) =>
  messages.map((message) => message.body && Buffer.from(message.body).toString().slice(0, 40))

describe('what lies in a Kafka log', () => {
  let raw: Raw
  let address: string
  let connection: BrokerConnection
  const made: string[] = []
  const topic = async (what: string, partitions = 1, config: Record<string, string> = {}) => {
    const name = unique(what)
    made.push(name)
    await raw.createTopic(name, partitions, config)
    return { type: 'topic', name } satisfies DestinationRef
  }
  const read = (ref: DestinationRef, request: Partial<typeof page> = {}) =>
    facetOf(connection, 'browse').read(ref, { ...page, ...request }, call())
  /** The marker that ends a transaction is written a moment after the answer. */
  const endsAs = (ref: DestinationRef, texts: readonly string[]) =>
    eventually(5_000, async () => expect(textsOf((await read(ref)).messages)).toEqual(texts))
  const freeze = async (ref: DestinationRef) => {
    const ids: string[] = []
    for await (const some of facetOf(connection, 'claim').freeze(ref, call())) ids.push(...some)
    return ids
  }
  const transact = async (
    ref: DestinationRef,
    end: 'commit' | 'abort' | 'open',
    bodies: readonly string[],
    transactionalId = unique('tx'),
  ) => {
    const producer = raw.client.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const transaction = await producer.transaction()
    for (const value of bodies)
      await transaction.send({ topic: ref.name, messages: [{ value, partition: 0 }] })
    const finish = async () => {
      await transaction.abort()
      await producer.disconnect()
    }
    if (end === 'open') return finish
    await transaction[end]()
    await producer.disconnect()
    return async () => undefined
  }
  const send = (ref: DestinationRef, bodies: readonly (string | null)[], key: string | null = null) =>
    raw.publish(
      ref.name,
      bodies.map((body) => ({
        key: key === null ? null : Buffer.from(key),
        body: body === null ? null : Buffer.from(body),
        headers: [],
      })),
    )

  beforeAll(async () => {
    address = addressOf(await testBroker('kafka'))
    raw = await openRaw(address)
    connection = await connectTo({ bootstrap: [address] })
  })
  afterAll(async () => {
    for (const name of made) await raw?.deleteTopic(name)
    await connection?.close()
    await raw?.disconnect()
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what the Java client packed with %s', async (codec) => {
    const ref = await topic(codec)
    const lines = Array.from({ length: 200 }, (_, index) => `${index} ${'packed '.repeat(20)}`)
    const config = ['--compression-codec', codec, '--topic', ref.name, '--bootstrap-server', address]
    await runTool('org.apache.kafka.tools.ConsoleProducer', config, `${lines.join('\n')}\n`)
    const found = await read(ref)
    expect(found.messages.map((message) => Buffer.from(message.body ?? []).toString())).toEqual(lines)
    expect(found.scanned.bytes).toBeLessThan(20_000)
    expect(await freeze(ref)).toHaveLength(200)
    const newest = await facetOf(connection, 'browse').read(ref, { limit: 3, maxBytes: 1 << 20 }, call())
    expect(textsOf(newest.messages).map((text) => text?.split(' ')[0])).toEqual(['199', '198', '197'])
  })

  it('shows committed messages only, markers never, after two aborts of one producer', async () => {
    const ref = await topic('transactions')
    const id = unique('tx')
    await transact(ref, 'commit', ['a1', 'a2'], id)
    await transact(ref, 'abort', ['x1', 'x2'], id)
    await send(ref, ['plain'])
    await transact(ref, 'abort', ['x3'], id)
    await transact(ref, 'commit', ['b1'], id)
    const shown = ['a1', 'a2', 'plain', 'b1']
    await endsAs(ref, shown)
    const newest = await facetOf(connection, 'browse').read(ref, { limit: 10, maxBytes: 1 << 20 }, call())
    expect(textsOf(newest.messages)).toEqual(shown.toReversed())
    expect(await facetOf(connection, 'claim').count(ref, call())).toBe(4)
    const ids = await freeze(ref)
    expect(ids).toHaveLength(4)
    const session = await facetOf(connection, 'claim').open(
      ref,
      { select: { kind: 'ids', ids }, window: 10 },
      call(),
    )
    expect(textsOf((await session.next(10, call())).map((claim) => claim.message))).toEqual(shown)
    await session.close()
    const described = await connection.describeDestination(ref, call())
    expect(described.sample.readings.depth).toMatchObject({ state: 'ok', quality: 'approximate' })
    await expectBrokerError(facetOf(connection, 'browse').get(ref, '0-3', call()), ['not_found'])
  })

  it('leaves out an aborted transaction that spans several fetches', async () => {
    const ref = await topic('long-abort')
    const big = (name: string) => `${name} ${'z'.repeat(500_000)}`
    await send(ref, ['before'])
    await transact(
      ref,
      'abort',
      Array.from({ length: 8 }, (_, index) => big(`x${index}`)),
    )
    await send(ref, ['after'])
    await endsAs(ref, ['before', 'after'])
    const newest = await facetOf(connection, 'browse').read(ref, { limit: 2, maxBytes: 1 << 20 }, call())
    expect(textsOf(newest.messages)).toEqual(['after', 'before'])
  })

  it('stops before an open transaction, yet finds a replayed message behind it', async () => {
    const ref = await topic('open')
    const verify = facetOf(connection, 'publish').verify
    if (!verify) throw new Error('no verify')
    const mark = await verify.mark(ref, call())
    await send(ref, ['first'])
    const end = await transact(ref, 'open', ['pending'])
    await raw.publish(ref.name, [
      { key: null, body: Buffer.from('ours'), headers: [textHeader('proof', 'run:7')] },
    ])
    expect(textsOf((await read(ref)).messages)).toEqual(['first'])
    const found: string[] = []
    for await (const { value } of verify.findSince(ref, mark, 'proof', call())) found.push(value)
    expect(found).toEqual(['run:7'])
    const backup: BrokerMessage[] = []
    const removed = await facetOf(connection, 'purge').purge(
      ref,
      async (messages) => void backup.push(...messages),
      call(),
    )
    expect(removed).toEqual({ removed: 1 })
    expect(textsOf(backup)).toEqual(['first'])
    await end()
    await endsAs(ref, ['ours'])
  })

  it('reads a compacted topic with its gaps and tombstones, and does not purge it', {
    timeout: 90_000,
  }, async () => {
    const ref = await topic('compacted', 1, {
      'cleanup.policy': 'compact',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
    })
    for (let round = 0; round < 30; round++) await send(ref, [`value ${round}`], 'same')
    await send(ref, [null], 'gone')
    await new Promise((resolve) => setTimeout(resolve, 300))
    await send(ref, ['last'], 'other')
    const messages = await eventually(45_000, async () => {
      const found = (await read(ref)).messages
      expect(found.length).toBeLessThan(20)
      return found
    })
    expect(textsOf(messages).slice(-3)).toEqual(['value 29', null, 'last'])
    expect(messages.at(-2)?.body).toBeNull()
    const newest = await facetOf(connection, 'browse').read(ref, { limit: 50, maxBytes: 1 << 20 }, call())
    expect(newest.messages).toHaveLength(messages.length)
    expect(await freeze(ref)).toEqual(messages.map((message) => message.id))
    expect(await facetOf(connection, 'claim').count(ref, call())).toBe(messages.length)
    const described = await connection.describeDestination(ref, call())
    expect(described.variant).toBe('compacted')
    expect(described.abilities.purge?.level).toBe('none')
    expect(described.sample.readings.depth).toMatchObject({ quality: 'approximate' })
    await expectBrokerError(
      facetOf(connection, 'purge').purge(ref, async () => undefined, call()),
      ['unsupported'],
    )
  })

  it('deletes nothing when the backup fails', async () => {
    const ref = await topic('backup')
    await send(ref, ['one', 'two'])
    const full = facetOf(connection, 'purge').purge(
      ref,
      async () => {
        throw new Error('disk full')
      },
      call(),
    )
    await expect(full).rejects.toThrow('disk full')
    expect(await raw.count(ref.name)).toBe(2)
  })

  it('keeps the time of a message, but not one that the retention would delete at once', async () => {
    const ref = await topic('times', 1, { 'retention.ms': '86400000' })
    const [recent, ancient] = [Date.now() - 3_600_000, Date.now() - 40 * 86_400_000]
    const publisher = await facetOf(connection, 'publish').openPublisher(call())
    const message = { key: null, body: Buffer.from('m'), headers: [], properties: {}, from: 'kafka' as const }
    const outcomes = await publisher.send(
      [recent, ancient].map((timestampMs) => ({ target: { ref }, message: { ...message, timestampMs } })),
      call(),
    )
    await publisher.close()
    expect(outcomes.map((outcome) => outcome.state)).toEqual(['confirmed', 'confirmed'])
    const [first, second] = (await read(ref)).messages
    expect(first?.timestampMs).toBe(recent)
    expect(Date.now() - (second?.timestampMs ?? 0)).toBeLessThan(60_000)
  })

  it('keeps the order of a large send and a small one after it, also on a cold start', async () => {
    const ref = await topic('order')
    const publisher = await facetOf(connection, 'publish').openPublisher(call())
    const batchOf = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        target: { ref },
        message: {
          key: null,
          body: Buffer.from(`${name}${index}`),
          headers: [],
          properties: {},
          timestampMs: null,
          from: null,
        },
      }))
    const [large, small] = [batchOf('a', 400), batchOf('b', 2)]
    await Promise.all([publisher.send(large, call()), publisher.send(small, call())])
    await publisher.close()
    const expected = [...large, ...small].map((one) => one.message.body.toString())
    expect(textsOf((await read(ref)).messages)).toEqual(expected)
  })

  it('refuses only the message that is too large', async () => {
    const ref = await topic('large')
    const publisher = await facetOf(connection, 'publish').openPublisher(call())
    const bodies = [Buffer.from('small'), Buffer.alloc(2_000_000, 65), Buffer.from('after')]
    const outcomes = await publisher.send(
      bodies.map((body) => ({
        target: { ref },
        message: { key: null, body, headers: [], properties: {}, timestampMs: null, from: null },
      })),
      call(),
    )
    await publisher.close()
    expect(outcomes.map((outcome) => ('code' in outcome ? outcome.code : outcome.state))).toEqual([
      'confirmed',
      'too_large',
      'confirmed',
    ])
    expect(textsOf((await read(ref)).messages)).toEqual(['small', 'after'])
  })

  it('tells sizes on disk, settings and partitions', async () => {
    const ref = await topic('facts', 3, { 'retention.ms': '1234567' })
    await send(ref, ['x'.repeat(5_000)])
    const { parts, sample } = await connection.describeDestination(ref, newCall(10_000))
    expect(parts.settings?.find((setting) => setting.name === 'retention.ms')).toMatchObject({
      value: '1234567',
      source: 'topic',
      isDefault: false,
    })
    expect(parts.partitions?.map((row) => [row.partition, row.start, row.end])).toEqual([
      [0, '0', '1'],
      [1, '0', '0'],
      [2, '0', '0'],
    ])
    expect(sample.readings.bytes?.state === 'ok' && sample.readings.bytes.value).toBeGreaterThan(5_000)
  })
})
