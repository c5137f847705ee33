import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerMessage,
  type DestinationRef,
  newCall,
} from '../contract/index.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { loadAmqplib } from './amqplib.ts'
import { FieldTable } from './codec.ts'
import { connectTo, createVhost, optionsFor, removeVhost } from './testing/harness.ts'
import { askHttp, Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)
const page = { limit: 100, maxBytes: 1 << 20 }
const body = (index: number) => `m${String(index).padStart(4, '0')}`
const texts = (messages: readonly { body: Uint8Array | null }[]) =>
  messages.map((message) => Buffer.from(message.body ?? []).toString())
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: null, body: Buffer.from(body(index)), headers: [] }))

let instance: BrokerInstance
let raw: Raw
let connection: BrokerConnection
beforeAll(async () => {
  instance = await testBroker('rabbitmq')
  raw = await Raw.open(instance, await createVhost(instance))
  connection = await connectTo(optionsFor(instance, raw.vhost))
})
afterAll(async () => {
  await connection?.close()
  await raw?.disconnect()
  if (raw) await removeVhost(instance, raw.vhost)
})

async function seed(
  name: string,
  count: number,
  args: Record<string, unknown> = {},
): Promise<DestinationRef> {
  await raw.createQueue(name, args)
  await raw.publish(name, numbered(count))
  return refTo('queue', name, raw.vhost)
}

function facet<K extends 'browse' | 'claim' | 'purge' | 'manage' | 'deadLetters' | 'publish'>(
  name: K,
): NonNullable<BrokerConnection[K]> {
  const found = connection[name]
  if (!found) throw new Error(`no ${name}`)
  return found
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof BrokerError ? `${error.code} ${error.detail?.reason ?? ''}`.trim() : String(error)
}

async function lookAll(ref: DestinationRef, limit: number): Promise<readonly BrokerMessage[]> {
  return (await facet('browse').read(ref, { ...page, limit }, call())).messages
}

describe('looking', () => {
  const all = numbered(10).map((message) => message.body.toString())

  it('loses nothing of a quorum queue with a delivery limit of 2, however often it is looked at', async () => {
    const ref = await seed('limit-2', 10, { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 })
    const outcomes: string[] = []
    for (let look = 0; look < 10; look += 1)
      outcomes.push(
        await lookAll(ref, 10).then(
          () => 'looked',
          (error: BrokerError) => error.code,
        ),
      )
    expect(outcomes.slice(0, 1)).toEqual(['looked'])
    expect(outcomes.slice(1)).toEqual(Array.from({ length: 9 }, () => 'conflict'))
    const delivered = await raw.drainQueue(ref.name, true)
    expect(texts(delivered)).toEqual(all)
    expect(delivered.map((message) => message.deliveries)).toEqual(all.map(() => 1))
  })

  it('does not ask a message back that another consumer has brought to the limit', async () => {
    const ref = await seed('at-limit', 4, { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 })
    for (let round = 0; round < 3; round += 1)
      await raw.withChannel(async (channel) => {
        const got = [await channel.get(ref.name), await channel.get(ref.name)]
        for (const message of got) if (typeof message === 'object') channel.nack(message)
        await channel.checkQueue(ref.name)
      })
    const seen = await facet('browse').read(ref, page, call())
    expect(texts(seen.messages).toSorted()).toEqual(all.slice(0, 4))
    expect(seen.effects.map(({ code }) => code)).toContain('moves-to-tail')
    expect(texts(await raw.drainQueue(ref.name, true)).toSorted()).toEqual(all.slice(0, 4))
  })

  it.each([
    ['without a limit', {}],
    ['with a limit', { 'x-delivery-limit': 30 }],
  ])('keeps the order of a quorum queue %s under looks of every depth', async (label, args) => {
    const ref = await seed(`depths-${label}`, 10, { 'x-queue-type': 'quorum', ...args })
    for (const limit of [5, 2, 8, 1, 3, 10, 4])
      expect(texts(await lookAll(ref, limit))).toEqual(all.slice(0, limit))
    const delivered = await raw.drainQueue(ref.name, true)
    expect(texts(delivered)).toEqual(all)
    expect(delivered.every((message) => message.redelivered === true && (message.deliveries ?? 0) <= 7)).toBe(
      true,
    )
  })

  it('sets the flag of what it looked at in a classic queue, and of nothing else', async () => {
    const ref = await seed('flags', 6)
    await lookAll(ref, 3)
    const delivered = await raw.drainQueue(ref.name, false)
    expect(texts(delivered)).toEqual(all.slice(0, 6))
    expect(delivered.map((message) => message.redelivered)).toEqual([true, true, true, false, false, false])
  })

  it('does not delete a queue that goes with its last consumer', async () => {
    await raw.withChannel((channel) => channel.assertQueue('auto', { durable: true, autoDelete: true }))
    await raw.publish('auto', numbered(5))
    const ref = refTo('queue', 'auto', raw.vhost)
    expect(await lookAll(ref, 3)).toHaveLength(3)
    const ids = (await lookAll(ref, 5)).map((message) => message.id)
    const session = await facet('claim').open(
      ref,
      { select: { kind: 'ids', ids: ids.slice(1, 3) }, window: 5 },
      call(),
    )
    await session.settle(await session.next(5, call()), 'remove', call())
    await session.close()
    expect(texts(await lookAll(ref, 5))).toEqual([body(0), body(3), body(4)])
  })

  it('refuses where a look could destroy or would be in the way', async () => {
    const full = await seed('full', 5, { 'x-max-length': 5 })
    const single = await seed('single', 1, { 'x-queue-type': 'quorum', 'x-single-active-consumer': true })
    const one = await seed('one', 1, { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 })
    for (const ref of [full, single, one]) {
      expect(await codeOf(lookAll(ref, 5)), ref.name).toBe('conflict would-destroy')
      const request = { select: { kind: 'head' as const, count: 1 }, window: 1 }
      expect(await codeOf(facet('claim').open(ref, request, call())), ref.name).toBe('conflict would-destroy')
    }
    expect((await connection.describeDestination(single, call())).abilities.browse?.level).toBe('none')
    expect(await raw.count('full')).toBe(5)
  })

  it('minds a delivery limit that an operator policy sets', async () => {
    await askHttp(instance, 'PUT', `/operator-policies/${raw.vhost}/tight`, {
      pattern: '^tight$',
      definition: { 'delivery-limit': 1 },
      'apply-to': 'queues',
    })
    const ref = await seed('tight', 2, { 'x-queue-type': 'quorum', 'x-delivery-limit': 9 })
    expect(await codeOf(lookAll(ref, 1))).toBe('conflict would-destroy')
  })
})

describe('claiming', () => {
  it.each([
    ['classic', {}],
    ['quorum', { 'x-queue-type': 'quorum' }],
    ['quorum with a limit', { 'x-queue-type': 'quorum', 'x-delivery-limit': 20 }],
  ])(
    'finds what lies deep, and puts the rest back in order: %s',
    { timeout: 60_000 },
    async (label, args) => {
      const ref = await seed(`deep ${label}`, 1_500, args)
      const seen = await lookAll(ref, 1_500)
      const wanted = [3, 700, 701, 1_499]
      const ids = wanted.map((index) => seen[index]?.id ?? '')
      const session = await facet('claim').open(ref, { select: { kind: 'ids', ids }, window: 50 }, call())
      const claimed: BrokerMessage[] = []
      for (;;) {
        const claims = await session.next(2, call())
        if (claims.length === 0) break
        claimed.push(...claims.map(({ message }) => message))
        await session.settle(claims, 'remove', call())
      }
      expect(session.ended).toBe('done')
      await session.close()
      expect(texts(claimed)).toEqual(wanted.map(body))
      const left = numbered(1_500).filter((_, index) => !wanted.includes(index))
      const delivered = await raw.drainQueue(ref.name, false)
      expect(texts(delivered)).toEqual(left.map((message) => message.body.toString()))
    },
  )

  // What is acknowledged makes room for more, which may be on its way when the deliveries are stopped.
  it('keeps the order of a quorum queue whenever it stops amid deliveries', {
    timeout: 60_000,
  }, async () => {
    const ref = await seed('amid', 1_500, { 'x-queue-type': 'quorum' })
    const expected = numbered(1_500).map((message) => message.body.toString())
    const claimed: string[] = []
    for (let turn = 0; turn < 10; turn += 1) {
      // The count is reached while the last acknowledgements are under way.
      const request = { select: { kind: 'head' as const, count: 90 }, window: 50 }
      const session = await facet('claim').open(ref, request, call())
      for (;;) {
        const claims = await session.next(7, call())
        if (claims.length === 0) break
        claimed.push(...texts(claims.map(({ message }) => message)))
        await session.settle(claims, 'remove', call())
      }
      await session.close()
      // Closed with most of it still held.
      const closed = await facet('claim').open(ref, request, call())
      const first = await closed.next(9, call())
      claimed.push(...texts(first.map(({ message }) => message)))
      await closed.settle(first, 'remove', call())
      await closed.close()
    }
    expect(claimed).toEqual(expected.slice(0, claimed.length))
    const delivered = await raw.drainQueue(ref.name, false)
    expect(texts(delivered)).toEqual(expected.slice(claimed.length))
  })

  it('takes no more from the head than it was asked for', async () => {
    const ref = await seed('exact', 300)
    const session = await facet('claim').open(
      ref,
      { select: { kind: 'head', count: 130 }, window: 50 },
      call(),
    )
    let count = 0
    for (;;) {
      const claims = await session.next(40, call())
      if (claims.length === 0) break
      count += claims.length
      await session.settle(claims, 'remove', call())
    }
    await session.close()
    expect(count).toBe(130)
    const delivered = await raw.drainQueue(ref.name, false)
    expect(texts(delivered)[0]).toBe(body(130))
    expect(delivered.filter((message) => message.redelivered)).toEqual([])
  })

  it('counts equals that came by', async () => {
    await raw.createQueue('equals')
    const same = { key: null, body: Buffer.from('same'), headers: [] }
    await raw.publish('equals', [same, same, ...numbered(1), same])
    const ref = refTo('queue', 'equals', raw.vhost)
    const id = (await lookAll(ref, 10))[3]?.id ?? ''
    const session = await facet('claim').open(ref, { select: { kind: 'ids', ids: [id] }, window: 5 }, call())
    expect(await session.next(5, call())).toHaveLength(1)
    expect(session.copiesSeen?.(id)).toBe(3)
    await session.close()
    expect(await raw.count('equals')).toBe(4)
  })

  it('purges what was there while a publisher goes on', async () => {
    const ref = await seed('busy', 2_000)
    let isOver = false
    const late: string[] = []
    const publishing = (async () => {
      for (let index = 0; !isOver; index += 1) {
        late.push(`late${index}`)
        await raw.publish('busy', [{ key: null, body: Buffer.from(`late${index}`), headers: [] }])
      }
    })()
    const saved: string[] = []
    const { removed } = await facet('purge').purge(
      ref,
      async (some) => void saved.push(...texts(some)),
      call(),
    )
    isOver = true
    await publishing
    // What was published before the purge counted belongs to it; nothing is in both places, nothing in none.
    expect(removed).toBe(saved.length)
    expect(removed).toBeGreaterThanOrEqual(2_000)
    const all = [...numbered(2_000).map((message) => message.body.toString()), ...late]
    expect([...saved, ...texts(await raw.drainQueue('busy', false))]).toEqual(all)
  })
})

describe('ways to the broker', () => {
  it('reads structure over HTTP alone, and says what is missing', async () => {
    const ref = await seed('http-only', 3)
    const { management = '' } = optionsFor(instance, raw.vhost)
    const alone = await connectTo({ management })
    try {
      const probe = await alone.probe(call())
      expect(probe.version).toBe(instance.version)
      expect(probe.problems[0]?.message).toContain('AMQP address')
      expect(alone.browse ?? alone.publish ?? alone.claim ?? alone.purge ?? alone.tail).toBeUndefined()
      const found = await alone.describeDestination(ref, call())
      expect(found.abilities.browse?.reason).toContain('amqp')
      const listed = await alone.listDestinations({ limit: 500 }, call())
      expect(listed.items.some((item) => item.ref.name === 'http-only')).toBe(true)
      const sample = await alone.sample([ref], call())
      expect(sample.destinations.some((row) => row.ref.namespace === raw.vhost)).toBe(true)
      expect(await alone.deadLetters?.edges(call())).toBeInstanceOf(Array)
    } finally {
      await alone.close()
    }
  })

  it('reads depths over AMQP alone, and says what is missing', async () => {
    const ref = await seed('amqp-only', 3)
    const { amqp = '' } = optionsFor(instance, raw.vhost)
    const alone = await connectTo({ amqp })
    try {
      const probe = await alone.probe(call())
      expect(probe.version).toBe(instance.version)
      expect(probe.problems[0]?.message).toContain('management address')
      expect(probe.abilities.deadLetters?.level).toBe('none')
      expect(alone.browse ?? alone.publish ?? alone.claim ?? alone.deadLetters).toBeUndefined()
      const listed = await alone.listDestinations({ limit: 500 }, call())
      expect(listed.problems).toHaveLength(1)
      const found = await alone.describeDestination(ref, call())
      expect(found.sample.readings.ready).toMatchObject({ state: 'ok', value: 3 })
      expect(found.sample.readings.depth?.state).not.toBe('ok')
      expect(await codeOf(alone.describeDestination({ ...ref, name: 'absent' }, call()))).toBe('not_found')
    } finally {
      await alone.close()
    }
  })

  it('sees every vhost where the address names none', async () => {
    const ref = await seed('everywhere', 2)
    const { amqp = '', management = '' } = optionsFor(instance, raw.vhost)
    const everywhere = await connectTo({ amqp: amqp.replace(/\/[^/]*$/, ''), management })
    try {
      const seen = await everywhere.browse?.read(ref, page, call())
      expect(seen?.messages).toHaveLength(2)
      const sample = await everywhere.sample([ref], call())
      expect(new Set(sample.destinations.map((row) => row.ref.namespace)).size).toBeGreaterThan(1)
    } finally {
      await everywhere.close()
    }
  })

  it('names the reason when it cannot connect', { timeout: 30_000 }, async () => {
    const { amqp = '', management = '' } = optionsFor(instance, raw.vhost)
    const wrong = 'wrong-word-77'
    const cases: [string, Parameters<typeof connectTo>[0], RegExp][] = [
      ['password', { amqp: amqp.replace('guest:guest', `guest:${wrong}`) }, /^auth_failed/],
      ['tls to plain', { amqp: amqp.replace('amqp:', 'amqps:'), tls: true }, /^unreachable/],
      ['https to http', { management: management.replace('http:', 'https:') }, /^unreachable/],
      [
        'http to amqp',
        { management: `http://${new URL(amqp.replace('amqp:', 'http:')).host}` },
        /^(unreachable|protocol)/,
      ],
      ['closed port', { amqp: 'amqp://127.0.0.1:1' }, /^unreachable/],
      ['vhost', { amqp: amqp.replace(raw.vhost, 'no-such-vhost') }, /^(not_found|forbidden)/],
      ['name', { amqp: 'amqp://no-such-host.invalid' }, /^unreachable/],
    ]
    for (const [label, options, expected] of cases) {
      const broken = await connectTo(options)
      const error = await broken.probe(newCall(5_000)).catch((thrown: unknown) => thrown)
      await broken.close()
      expect(error, label).toBeInstanceOf(BrokerError)
      if (!(error instanceof BrokerError)) continue
      expect(`${error.code} ${error.message}`, label).toMatch(expected)
      expect(`${error.message} ${error.cause}`, label).not.toContain(wrong)
    }
  })
})

describe('the codec inside amqplib', () => {
  it('carries what amqplib itself would damage', async () => {
    await raw.createQueue('codec')
    const ref = refTo('queue', 'codec', raw.vhost)
    const headers = [
      { name: 'big', type: 'int64' as const, value: '9223372036854775807' },
      { name: '10', type: 'string' as const, value: 'a name like a number' },
      { name: '9', type: 'int8' as const, value: '1' },
      {
        name: 'bad',
        type: 'bytes' as const,
        native: 'S',
        value: Buffer.from([0xff, 0xfe, 0]).toString('base64'),
      },
      { name: 'long', type: 'string' as const, value: 'x'.repeat(100_000) },
    ]
    const publisher = await facet('publish').openPublisher(call())
    const message = {
      key: null,
      body: Buffer.from('x'),
      headers,
      properties: {},
      timestampMs: null,
      from: null,
    }
    const [outcome] = await publisher.send([{ target: { ref }, message }], call())
    await publisher.close()
    expect(outcome?.state).toBe('confirmed')
    const [seen] = await lookAll(ref, 1)
    expect(seen?.headers).toEqual(headers)
  })

  it('is in place: an upgrade that undoes it fails here', async () => {
    const model = await loadAmqplib().connect(
      { hostname: '127.0.0.1', port: instance.ports.amqp, username: 'guest', password: 'guest' },
      {},
    )
    expect(model.connection.serverProperties).toBeInstanceOf(FieldTable)
    await model.close()
  })
})

describe('a stream that is written to all the time', () => {
  it('has an end all the same: the one it had when it was asked', async () => {
    await seed('written-to', 50, { 'x-queue-type': 'stream' })
    const ref = refTo('stream', 'written-to', raw.vhost)
    let isOver = false
    const writing = (async () => {
      while (!isOver) await raw.publish('written-to', numbered(1))
    })()
    try {
      const read = await facet('browse').read(ref, { ...page, limit: 5 }, newCall(5_000))
      expect(read.messages).toHaveLength(5)
      expect(await facet('claim').count(ref, newCall(5_000))).toBeGreaterThanOrEqual(50)
      for await (const ids of facet('claim').freeze(ref, newCall(5_000)))
        expect(ids.length).toBeGreaterThan(0)
    } finally {
      isOver = true
      await writing
    }
  })
})
