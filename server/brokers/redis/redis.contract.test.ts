import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import {
  type BrokerConnection,
  type BrokerMessage,
  type DestinationRef,
  newCall,
  type Outgoing,
} from '../contract/index.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { slotOf } from './slots.ts'
import { connectTo, optionsFor } from './testing/harness.ts'
import { openRaw, type Raw } from './testing/raw.ts'

const call = () => newCall(10_000)
const unique = (what: string) => `redis-${what}-${randomBytes(4).toString('hex')}`
const stream = (name: string): DestinationRef => ({ type: 'stream', name, namespace: '0' })
const list = (name: string): DestinationRef => ({ type: 'list', name, namespace: '0' })
const channel = (name: string): DestinationRef => ({ type: 'channel', name, namespace: '0' })

function have<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing')
  return value
}

function outgoing(ref: DestinationRef, message: Partial<BrokerMessage>): Outgoing {
  const { key = null, body = null, headers = [], properties = {} } = message
  return { target: { ref }, message: { key, body, headers, properties, timestampMs: null, from: 'redis' } }
}

async function sendOne(connection: BrokerConnection, one: Outgoing) {
  const publisher = await have(connection.publish).openPublisher(call())
  try {
    const [outcome] = await publisher.send([one], call())
    return have(outcome)
  } finally {
    await publisher.close()
  }
}

describe.each(['redis', 'redis-cluster'] as const)('what only Redis has: %s', (kind) => {
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  const made: (string | Buffer)[] = []
  const key = (what: string) => {
    const name = unique(what)
    made.push(name)
    return name
  }
  beforeAll(async () => {
    instance = await testBroker(kind)
    raw = openRaw(instance)
    connection = await connectTo(optionsFor(instance))
  })
  afterAll(async () => {
    for (const name of made) await raw.del(name)
    raw.disconnect()
    await connection.close()
  })

  it('names streams, groups and fields that are not UTF-8 exactly, and finds them again', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xc3, 0x28]), Buffer.from(unique('raw'))])
    made.push(bytes)
    await raw.xadd(bytes, '*', Buffer.from([0xfe, 0x41]), Buffer.from([0x80]), 'body', 'x')
    await raw.xgroup('CREATE', bytes, Buffer.from([0xfd]), '0')
    await raw.xreadgroup('GROUP', Buffer.from([0xfd]), Buffer.from([0xfc]), 'COUNT', 1, 'STREAMS', bytes, '>')
    const items = (await connection.listDestinations({ limit: 1000 }, call())).items
    const ref = have(items.find((item) => item.ref.name.startsWith('\\x:\\xff\\x00\\xc3('))).ref
    const page = await have(connection.browse).read(ref, { limit: 5, maxBytes: 1 << 20 }, call())
    const message = have(page.messages[0])
    expect(message.headers.map((header) => header.name)).toEqual(['\\x:\\xfeA', 'body'])
    const outcome = await sendOne(connection, outgoing(ref, message))
    expect(outcome.state).toBe('confirmed')
    const [first, second] = await raw.xrangeBuffer(bytes, '-', '+')
    expect(have(second)[1]).toEqual(have(first)[1])
    const group = have((await connection.sample([], call())).groups.find((one) => one.name === '\\x:\\xfd'))
    const described = await have(connection.groups).describe(group.key, call())
    expect(described.members.map((member) => member.id)).toEqual(['\\x:\\xfc'])
  })

  it('says why the lag is unknown, in both cases, and never 0', async () => {
    const name = key('lag')
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push(have(await raw.xadd(name, '*', 'body', String(i))))
    await raw.xgroup('CREATE', name, 'middle', have(ids[2]))
    await raw.xgroup('CREATE', name, 'holes', '0')
    await raw.xreadgroup('GROUP', 'holes', 'w', 'COUNT', 2, 'STREAMS', name, '>')
    await raw.xdel(name, have(ids[4]))
    const { groups } = await connection.sample([stream(name)], call())
    const lagOf = (group: string) =>
      have(groups.find((one) => one.name === group && one.lag[0]?.destination === name)).total
    expect(lagOf('middle')).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('middle of the stream'),
    })
    expect(lagOf('holes')).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('were deleted'),
    })
  })

  it('shows pending entries by deliveries, acknowledges one, and settling takes it off its groups', async () => {
    const name = key('poison')
    for (let i = 0; i < 5; i++) await raw.xadd(name, `1-${i + 1}`, 'body', String(i))
    await raw.xgroup('CREATE', name, 'workers', '0')
    await raw.xreadgroup('GROUP', 'workers', 'w1', 'COUNT', 4, 'STREAMS', name, '>')
    for (let i = 0; i < 3; i++) await raw.call('XCLAIM', name, 'workers', 'w2', '0', '1-3')
    const groups = (await connection.sample([stream(name)], call())).groups
    const { key: groupKey } = have(groups.find((one) => one.lag[0]?.destination === name))
    const before = await have(connection.groups).describe(groupKey, call())
    expect(have(before.pending).map(({ id, deliveries, consumer }) => [id, deliveries, consumer])[0]).toEqual(
      ['1-3', 4, 'w2'],
    )
    expect(before.members).toHaveLength(2)
    expect(await have(connection.groups?.acknowledge)(stream(name), 'workers', ['1-3', '1-5'], call())).toBe(
      1,
    )
    const claims = have(connection.claim)
    const session = await claims.open(
      stream(name),
      { select: { kind: 'ids', ids: ['1-1', '1-2'] }, window: 10 },
      call(),
    )
    await session.settle(await session.next(10, call()), 'remove', call())
    await session.close()
    const after = await have(connection.groups).describe(groupKey, call())
    expect(have(after.pending).map((entry) => entry.id)).toEqual(['1-4'])
    expect(await raw.xlen(name)).toBe(3)
  })

  it('loses nothing when the target of a move is not there or of another type', async () => {
    const source = key('{move}-from')
    const other = key('{move}-set')
    await raw.sadd(other, 'x')
    await raw.xadd(source, '*', 'body', 'kept')
    for (const name of [unique('{move}-absent'), other]) {
      const session = await have(connection.claim).open(
        stream(source),
        { select: { kind: 'head', count: 5 }, window: 5 },
        call(),
      )
      const [claim] = await session.next(5, call())
      const moves = [{ claim: have(claim), outgoing: outgoing(stream(name), have(claim).message) }]
      const [outcome] = await have(session.move)(moves, call())
      expect(outcome?.state).toBe('refused')
      await session.close()
    }
    expect(await raw.xlen(source)).toBe(1)
  })

  it('moves many in one step where one script can, also entries of thousands of fields', async () => {
    const source = key('{many}-from')
    const target = key('{many}-to')
    for (let i = 0; i < 30; i++) await raw.xadd(source, '*', 'n', String(i))
    await raw.xadd(source, '*', ...Array.from({ length: 9_000 }, (_, i) => `f${i}`))
    await raw.xgroup('CREATE', target, 'g', '$', 'MKSTREAM')
    const claims = have(connection.claim)
    expect(claims.transaction?.(stream(source), { ref: stream(target) })).toContain('exactly one')
    const session = await claims.open(
      stream(source),
      { select: { kind: 'head', count: 100 }, window: 100 },
      call(),
    )
    const held = await session.next(100, call())
    const outcomes = await have(session.move)(
      held.map((claim) => ({ claim, outgoing: outgoing(stream(target), claim.message) })),
      call(),
    )
    expect(outcomes.every((outcome) => outcome.state === 'confirmed')).toBe(true)
    expect([await raw.xlen(source), await raw.xlen(target)]).toEqual([0, 31])
  })

  it('copies entries inside the server with fields put behind, and writes from memory what has left meanwhile', async () => {
    const source = key('{copy}-from')
    const target = key('{copy}-to')
    const bytes = Buffer.from([0, 255, 10, 13, 34])
    for (let i = 0; i < 4; i++)
      await raw.xadd(source, `1-${i + 1}`, 'n', String(i), 'n', bytes, 'body', '{"x":"ü"}')
    await raw.xgroup('CREATE', source, 'workers', '0')
    await raw.xreadgroup('GROUP', 'workers', 'w', 'COUNT', 2, 'STREAMS', source, '>')
    await raw.xgroup('CREATE', target, 'g', '$', 'MKSTREAM')
    const select = { kind: 'head', count: 4 } as const
    const session = await have(connection.claim).open(stream(source), { select, window: 4 }, call())
    const held = await session.next(4, call())
    const behind = (own: string) => [
      { name: 'replay', type: 'string' as const, value: own },
      { name: '\\x:\\xff', type: 'string' as const, value: 'for all' },
    ]
    const moves = held.map((claim, at) => {
      const headers = [...claim.message.headers, ...behind(`run/${at}`)]
      return { claim, outgoing: outgoing(stream(target), { ...claim.message, headers }) }
    })
    // One of them lost a field: it is written anew, and its neighbours are copied all the same.
    const [, changed] = moves
    have(changed).outgoing = outgoing(stream(target), { ...have(held[1]).message, headers: behind('run/1') })
    await raw.xdel(source, '1-4')
    const outcomes = await have(session.move)(moves, call())
    await session.close()
    expect(outcomes.map(({ state }) => state)).toEqual(held.map(() => 'confirmed'))
    expect(await raw.xlen(source)).toBe(0)
    expect(await raw.xpending(source, 'workers')).toEqual([0, null, null, null])
    const entries = (await raw.callBuffer('XRANGE', target, '-', '+')) as [Buffer, Buffer[]][]
    const positions = outcomes.map((outcome) => outcome.state === 'confirmed' && outcome.position)
    expect(positions.toSorted()).toEqual(entries.map(([id]) => id.toString()))
    const tail = (own: string) =>
      ['replay', own, Buffer.from([255]), 'for all'].map((one) => Buffer.from(one))
    const whole = (at: number) =>
      ['n', String(at), 'n', bytes, 'body', '{"x":"ü"}']
        .map((one) => Buffer.from(one))
        .concat(tail(`run/${at}`))
    const written = new Map(entries.map(([id, fields]) => [id.toString(), fields]))
    for (const at of [0, 2, 3]) expect(written.get(String(positions[at]))).toEqual(whole(at))
    expect(written.get(String(positions[1]))).toEqual([
      ...tail('run/1'),
      Buffer.from('body'),
      Buffer.from('{"x":"ü"}'),
    ])
  })

  it('reads, pages and purges a list as what it is', async () => {
    const name = key('list')
    await raw.rpush(name, ...Array.from({ length: 250 }, (_, i) => `e${i % 200}`))
    const browse = have(connection.browse)
    const first = await browse.read(
      list(name),
      { from: { kind: 'oldest' }, limit: 120, maxBytes: 1 << 20 },
      call(),
    )
    const second = await browse.read(
      list(name),
      { cursor: have(first.next), limit: 500, maxBytes: 1 << 20 },
      call(),
    )
    expect([...first.messages, ...second.messages].map((one) => String(Buffer.from(have(one.body))))).toEqual(
      await raw.lrange(name, 0, -1),
    )
    const newest = await browse.read(list(name), { limit: 1, maxBytes: 1 << 20 }, call())
    expect(newest.messages[0]?.position).toBe('249')
    const id = have(first.messages[3]).id
    expect((await browse.get(list(name), id, call())).id).toBe(id)
    await raw.lpop(name)
    await expect(browse.get(list(name), id, call())).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      browse.read(list(name), { from: { kind: 'time', atMs: 1 }, limit: 1, maxBytes: 1 }, call()),
    ).rejects.toMatchObject({ code: 'unsupported' })
    expect((await sendOne(connection, outgoing(list(name), { body: Buffer.from([0, 255]) }))).state).toBe(
      'confirmed',
    )
    const saved: BrokerMessage[] = []
    const { removed } = await have(connection.purge).purge(
      list(name),
      async (messages) => {
        if (saved.length === 0) await raw.rpush(name, 'late')
        saved.push(...messages)
      },
      call(),
    )
    expect([removed, saved.length]).toEqual([250, 250])
    expect(await raw.lrange(name, 0, -1)).toEqual(['late'])
  })

  it('publishes to a channel only where somebody listens, and follows it', async () => {
    const name = unique('channel')
    const body = Buffer.from([0, 255, 1])
    expect(await sendOne(connection, outgoing(channel(name), { body }))).toMatchObject({
      state: 'refused',
      code: 'unroutable',
    })
    const stop = new AbortController()
    const heard: BrokerMessage[] = []
    const following = (async () => {
      const tail = have(connection.tail).follow(channel(name), { ...call(), signal: stop.signal })
      for await (const message of tail) {
        heard.push(message)
        stop.abort()
      }
    })()
    await sleep(500)
    const { items } = await connection.listDestinations({ limit: 1000 }, call())
    expect(items.some((item) => item.ref.type === 'channel' && item.ref.name === name)).toBe(true)
    expect((await sendOne(connection, outgoing(channel(name), { body }))).state).toBe('confirmed')
    await following
    expect(heard.map((message) => message.body)).toEqual([body])
  })

  it('finds dead letters by the configured mapping and by name, never by name alone', async () => {
    const base = key('orders')
    const names = [base, `${base}:dlq`, `${base}-mapped`, key('lonely:dlq')]
    made.push(...names)
    for (const name of names) await raw.xadd(name, '*', 'body', 'x')
    const mapped = { stream: `${base}-mapped`, origin: base, cause: 'error', attempts: 'tries' }
    const own = await connectTo({ ...optionsFor(instance), deadLetters: [mapped] })
    try {
      const edges = (await have(own.deadLetters).edges(call())).filter((edge) =>
        names.includes(have(edge.to).name),
      )
      expect(edges.map((edge) => [edge.from.name, edge.to?.name, edge.evidence.rule])).toEqual([
        [base, `${base}-mapped`, 'configured'],
        [base, `${base}:dlq`, 'name'],
      ])
      expect(edges[0]?.fields).toEqual({ cause: 'error', attempts: 'tries' })
    } finally {
      await own.close()
    }
  })

  it('says what a limited user may not, and leaves no trace by asking', async () => {
    const user = unique('user')
    const nodes = raw instanceof Cluster ? raw.nodes('master') : [raw]
    for (const node of nodes)
      await node.call('ACL', 'SETUSER', user, 'on', '>pw', '~*', '&*', '+@all', '-xdel', '-@scripting')
    const limited = await connectTo({ ...optionsFor(instance), username: user, password: 'pw' })
    try {
      const { abilities, user: who } = await limited.probe(call())
      expect(who).toBe(user)
      expect(abilities.claim).toMatchObject({ level: 'none', reason: expect.stringContaining('xdel') })
      expect(abilities.publish?.level).toBe('full')
      const name = key('limited')
      await raw.xadd(name, '*', 'body', 'x')
      await expect(
        have(limited.claim).open(stream(name), { select: { kind: 'head', count: 1 }, window: 1 }, call()),
      ).rejects.toMatchObject({ code: 'forbidden' })
      for (const node of nodes) expect(await node.keys('signalbox:rights:*')).toEqual([])
    } finally {
      await limited.close()
      for (const node of nodes) await node.call('ACL', 'DELUSER', user)
    }
  })
})

describe('two keys on different masters', () => {
  it('moves in two steps, and says so', async () => {
    const instance = await testBroker('redis-cluster')
    const raw = openRaw(instance)
    const connection = await connectTo(optionsFor(instance))

    const source = unique('cross')
    let target = unique('cross')
    const half = (name: string) => Math.floor(slotOf(Buffer.from(name)) / 5_461)
    while (half(target) === half(source)) target = unique('cross')
    for (let i = 0; i < 10; i++) await raw.xadd(source, '*', 'n', String(i))
    await raw.xgroup('CREATE', target, 'g', '$', 'MKSTREAM')
    const claims = have(connection.claim)
    expect(claims.transaction?.(stream(source), { ref: stream(target) })).toBeNull()
    const session = await claims.open(
      stream(source),
      { select: { kind: 'head', count: 4 }, window: 10 },
      call(),
    )
    const held = await session.next(10, call())
    const outcomes = await have(session.move)(
      held.map((claim) => ({ claim, outgoing: outgoing(stream(target), claim.message) })),
      call(),
    )
    expect(outcomes.map((outcome) => outcome.state)).toEqual(Array(4).fill('confirmed'))
    expect([await raw.xlen(source), await raw.xlen(target)]).toEqual([6, 4])

    await raw.del(source)
    await raw.del(target)
    raw.disconnect()
    await connection.close()
  })
})
