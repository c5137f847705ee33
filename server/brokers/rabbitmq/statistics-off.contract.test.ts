import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import {
  type BrokerConnection,
  type DestinationInfo,
  type DestinationRef,
  type DestinationSample,
  newCall,
} from '../contract/index.ts'
import { eventually, facetOf, publishAll } from '../testing/suite/support.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import { connectTo, optionsFor } from './testing/harness.ts'
import { askHttp, Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)
const page = { limit: 100, maxBytes: 1 << 20 }
const bodies = (...texts: string[]) =>
  texts.map((text) => ({ key: null, body: Buffer.from(text), headers: [] }))

/** What each setting leaves: totals of the listing alone, or all depths and no rates. */
const settings = [
  ['management_agent.disable_metrics_collector = true', 'Statistics are switched off'],
  ['management.disable_stats = true', 'Statistics are switched off'],
  ['management.rates_mode = none', 'Message rates are switched off'],
] as const

describe.each(settings)('a RabbitMQ with %s', { timeout: 60_000 }, (setting, words) => {
  const isOff = setting !== 'management.rates_mode = none'
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  let held: { release(): Promise<void> }

  beforeAll(async () => {
    instance = await ownBroker('rabbitmq', { config: [setting] })
    raw = await Raw.open(instance, '/')
    connection = await connectTo(optionsFor(instance, '/'))
    await raw.createQueue('orders.dlq')
    await raw.createQueue('orders', {
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'orders.dlq',
    })
    await raw.createQueue('quorum', { 'x-queue-type': 'quorum' })
    await raw.createQueue('stream', { 'x-queue-type': 'stream' })
    await raw.createQueue('empty')
    await askHttp(instance, 'PUT', '/policies/%2F/billing', {
      pattern: '^billing$',
      definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'orders.dlq' },
      'apply-to': 'queues',
    })
    await raw.createQueue('billing')
    await raw.publish('orders.dlq', bodies('a', 'b', 'c', 'd'))
    for (const queue of ['quorum', 'stream']) await raw.publish(queue, bodies('1', '2', '3'))
    // One of the four is in somebody's hands.
    held = await holdOne(raw, 'orders.dlq')
    // Longer than the broker takes to gather statistics where it does.
    await new Promise((resolve) => setTimeout(resolve, 6_000))
  }, 180_000)
  afterAll(async () => {
    await held?.release()
    await connection?.close()
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
  }, 60_000)

  const known = (row: DestinationSample | undefined, name: 'depth' | 'ready' | 'unacked' | 'consumers') => {
    const reading = row?.readings[name]
    return reading?.state === 'ok' ? reading.value : (reading?.state ?? 'absent')
  }
  const find = (rows: readonly DestinationSample[], name: string) =>
    rows.find(({ ref }) => ref.name === name && ref.type !== 'exchange')

  it('says so', async () => {
    const { problems, version } = await connection.probe(call())
    expect(version).toBe(instance.version)
    expect(problems.map(({ scope, message }) => `${scope}: ${message}`)).toEqual([
      expect.stringContaining(`statistics: ${words}`),
    ])
  })

  it('lists every destination with its type', async () => {
    const found: DestinationInfo[] = []
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await connection.listDestinations({ limit: 3, cursor }, call())
      found.push(...items)
      if (next === null) break
      cursor = next
    }
    const queues = found.filter(({ ref }) => ref.type !== 'exchange')
    expect(queues.map(({ ref, variant }) => `${ref.type} ${ref.name} ${variant}`)).toEqual([
      'queue billing classic',
      'queue empty classic',
      'queue orders classic',
      'queue orders.dlq classic',
      'queue quorum quorum',
      'stream stream stream',
    ])
    expect(found.length - queues.length).toBeGreaterThan(5)
  })

  it.each([
    ['the management API', false],
    ['prometheus', true],
  ])('knows depths from %s, and never says 0 for what it does not know', async (_from, hasPrometheus) => {
    const prometheus = new URL(instance.urls.prometheus ?? '').origin
    const options = optionsFor(instance, '/')
    const other = await connectTo(hasPrometheus ? { ...options, prometheus } : options)
    try {
      // A quorum queue counts itself every 5 s, and is gathered up to 5 s later.
      const { destinations, readings } = await eventually(20_000, async () => {
        const sample = await other.sample([], call())
        expect(known(find(sample.destinations, 'quorum'), 'depth')).not.toBe('unavailable')
        const { depth } = sample.readings
        expect(depth?.state === 'ok' && depth.value).toBe(hasPrometheus || !isOff ? 10 : 7)
        return sample
      })
      const dlq = find(destinations, 'orders.dlq')
      expect([known(dlq, 'ready'), known(dlq, 'unacked'), known(dlq, 'depth')]).toEqual([3, 1, 4])
      expect(known(find(destinations, 'quorum'), 'depth')).toBe(3)
      expect(known(find(destinations, 'empty'), 'depth')).toBe(0)
      const stream = find(destinations, 'stream')
      const knowsStreams = hasPrometheus || !isOff
      expect(known(stream, 'depth')).toBe(knowsStreams ? 3 : 'unavailable')
      if (!knowsStreams)
        expect(stream?.readings.depth).toMatchObject({ reason: expect.stringContaining(words) })
      expect(known(dlq, 'consumers')).toBe(hasPrometheus || !isOff ? 1 : 'unavailable')
      for (const { counters } of destinations.filter(({ ref }) => ref.type !== 'exchange'))
        expect(counters).toEqual({})
      if (!knowsStreams) expect(readings.depth).toMatchObject({ quality: 'estimated' })
      expect(readings.queues).toMatchObject({ state: 'ok', value: 6 })
    } finally {
      await other.close()
    }
  })

  it('reads what is watched live', async () => {
    const watched = [refTo('queue', 'orders.dlq', '/'), refTo('stream', 'stream', '/')]
    const { destinations } = await connection.sample(watched, call())
    const dlq = find(destinations, 'orders.dlq')
    expect(['ready', 'unacked', 'depth', 'consumers'].map((name) => known(dlq, name as 'ready'))).toEqual([
      3, 1, 4, 1,
    ])
    expect(dlq?.readings.ready).toMatchObject({ quality: 'exact' })
    expect(known(find(destinations, 'stream'), 'depth')).toBe(3)
  })

  it('describes a queue, and gives the reason for what is not told', async () => {
    const { sample, parts } = await connection.describeDestination(refTo('queue', 'orders.dlq', '/'), call())
    expect(sample.state).toBe('running')
    expect(known(sample, 'ready')).toBe(3)
    const { unacked } = sample.readings
    if (isOff) expect(unacked).toMatchObject({ state: 'unavailable', reason: expect.stringContaining(words) })
    else expect(known(sample, 'unacked')).toBe(1)
    expect(parts.settings).toContainEqual(expect.objectContaining({ name: 'durable', value: 'true' }))
    const billing = await connection.describeDestination(refTo('queue', 'billing', '/'), call())
    expect(billing.parts.settings).toContainEqual({
      name: 'dead-letter-routing-key',
      value: 'orders.dlq',
      source: 'policy billing',
    })
  })

  it('knows where rejects go', async () => {
    const edges = (await connection.deadLetters?.edges(call())) ?? []
    expect(edges.map(({ from, to }) => `${from.name} → ${to?.name}`).toSorted()).toEqual([
      'billing → orders.dlq',
      'orders → orders.dlq',
    ])
  })

  it.each(['quorum', 'stream'] as const)('looks into a %s queue and publishes to it', async (name) => {
    const ref = refTo(name === 'stream' ? 'stream' : 'queue', name, '/')
    const look = async () => {
      const { messages } = await facetOf(connection, 'browse').read(ref, page, call())
      return messages.map(({ body }) => Buffer.from(body ?? []).toString()).toSorted()
    }
    expect(await look()).toEqual(['1', '2', '3'])
    const [outcome] = await publishAll(connection, ref, bodies('4'))
    expect(outcome?.state).toBe('confirmed')
    expect(await look()).toEqual(['1', '2', '3', '4'])
  })

  it('claims and settles', async () => {
    const ref = refTo('queue', 'orders.dlq', '/')
    const select = { kind: 'head', count: 2 } as const
    const session = await facetOf(connection, 'claim').open(ref, { select, window: 2 }, call())
    const claims = await session.next(2, call())
    await session.settle(claims.slice(0, 1), 'remove', call())
    await session.close()
    expect(await raw.count('orders.dlq')).toBe(2)
  })

  it('refuses a look that could make a full queue drop messages, where it cannot tell how full it is', async () => {
    const ref: DestinationRef = refTo('queue', `bounded${isOff}`, '/')
    await raw.createQueue(ref.name, { 'x-max-length-bytes': 10 })
    await raw.publish(ref.name, bodies('12345', '67890'))
    const look = facetOf(connection, 'browse').read(ref, page, call())
    await expect(look).rejects.toMatchObject({ code: 'conflict' })
    expect(await raw.count(ref.name)).toBe(2)
  })
})

/** The head of the queue, delivered to a consumer that does not acknowledge. */
async function holdOne(raw: Raw, queue: string): Promise<{ release(): Promise<void> }> {
  const { promise: until, resolve: release } = Promise.withResolvers<void>()
  const { promise: taken, resolve: take } = Promise.withResolvers<void>()
  const holding = raw.withChannel(async (channel) => {
    await channel.prefetch(1)
    await channel.consume(queue, () => take())
    await until
  })
  await taken
  return {
    release: async () => {
      release()
      await holding
    },
  }
}
