import { randomBytes } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OffsetTarget } from '../../../lib/schemas/offset.ts'
import type { Reading } from '../../../lib/schemas/reading.ts'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, type DestinationRef, newCall } from '../contract/index.ts'
import { ownBroker, testBroker } from '../testing/test-brokers.ts'
import { connectTo, optionsFor } from './testing/harness.ts'
import { openRaw, type Raw } from './testing/raw.ts'

const call = () => newCall(10_000)
const unique = (what: string) => `live-${what}-${randomBytes(4).toString('hex')}`
const stream = (name: string): DestinationRef => ({ type: 'stream', name, namespace: '0' })

function have<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing')
  return value
}
const known = (reading: Reading | undefined) => (reading?.state === 'ok' ? reading.value : null)

/** The raw client's own arithmetic: entries behind the position of a group. */
async function rawGroup(raw: Raw, name: string, group: string) {
  const rows = (await raw.xinfo('GROUPS', name)) as unknown[][]
  const fields = rows
    .map((row) => new Map(row.flatMap((value, at) => (at % 2 === 0 ? [[value, row[at + 1]] as const] : []))))
    .find((row) => row.get('name') === group)
  const cursor = String(fields?.get('last-delivered-id'))
  const left = (await raw.xrange(name, `(${cursor}`, '+')).map(([id]) => id)
  return { cursor, left, lag: fields?.get('lag') ?? null, read: fields?.get('entries-read') ?? null }
}

describe.each(['redis', 'redis-cluster'] as const)('Redis, live: %s', (kind) => {
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  const made: string[] = []
  const key = (what: string) => {
    const name = unique(what)
    made.push(name)
    return name
  }
  const masters = () => (raw instanceof Cluster ? raw.nodes('master') : [raw])
  const sampled = async (name: string, group: string) => {
    const { groups } = await connection.sample([stream(name)], call())
    return have(groups.find((one) => one.name === group && one.lag[0]?.destination === name))
  }
  /** A stream of ids `1700000000000-1` … and a group that read and acknowledged the first of them. */
  const seed = async (count: number, read: number) => {
    const name = key('stream')
    for (let n = 1; n <= count; n += 1) await raw.xadd(name, `1700000000000-${n}`, 'body', String(n))
    await raw.xgroup('CREATE', name, 'g', '0')
    if (read > 0) await raw.xreadgroup('GROUP', 'g', 'w', 'COUNT', read, 'STREAMS', name, '>')
    if (read > 0)
      await raw.xack(name, 'g', ...Array.from({ length: read }, (_, n) => `1700000000000-${n + 1}`))
    return { name, group: (await sampled(name, 'g')).key }
  }
  const id = (n: number) => `1700000000000-${n}`

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

  it('counts what is left as XRANGE does, where Redis is wrong or does not know', async () => {
    const { name } = await seed(10, 3)
    const check = async (what: string) => {
      const { left } = await rawGroup(raw, name, 'g')
      const group = await sampled(name, 'g')
      expect(known(group.total), what).toBe(left.length)
      return group
    }
    await check('in the middle')
    await raw.xtrim(name, 'MAXLEN', 2)
    const trimmed = await check('overtaken by trimming')
    expect(known(trimmed.lag[0]?.lost)).toBe(5)
    await raw.xreadgroup('GROUP', 'g', 'w', 'COUNT', 2, 'STREAMS', name, '>')
    await check('at the end')
    expect((await rawGroup(raw, name, 'g')).lag).not.toBe(0)
    for (let n = 11; n <= 15; n += 1) await raw.xadd(name, id(n), 'body', 'x')
    await raw.xreadgroup('GROUP', 'g', 'w', 'COUNT', 1, 'STREAMS', name, '>')
    await check('on again')
    await raw.xdel(name, id(14))
    expect((await sampled(name, 'g')).total.state).toBe('unavailable')
    const { key: group } = await sampled(name, 'g')
    const part = { destination: name, partition: 0 }
    const count = (limit: number) => have(connection.groups?.countLag)(group, part, limit, call())
    expect(await count(100)).toEqual({ count: 3, isWhole: true })
    expect(await count(2)).toEqual({ count: 2, isWhole: false })
    await raw.xdel(name, id(12), id(13), id(15))
    await check('everything that was left is deleted')
  })

  it('tells how old the next entry is by its id, and not where ids are no times', async () => {
    const name = key('age')
    const first = have(await raw.xadd(name, '*', 'body', 'a'))
    const second = have(await raw.xadd(name, '*', 'body', 'b'))
    await raw.xgroup('CREATE', name, 'g', '0')
    const ageOf = (entry: string, at: string) => (Date.parse(at) - Number(entry.split('-')[0])) / 1_000
    for (const entry of [first, second]) {
      const { totalSeconds } = await sampled(name, 'g')
      if (totalSeconds?.state !== 'ok') throw new Error(JSON.stringify(totalSeconds))
      expect(Math.abs(totalSeconds.value - ageOf(entry, totalSeconds.at))).toBeLessThan(0.5)
      expect(totalSeconds).toMatchObject({ unit: 'seconds', quality: 'exact' })
      await raw.xreadgroup('GROUP', 'g', 'w', 'COUNT', 1, 'STREAMS', name, '>')
    }
    const done = await sampled(name, 'g')
    expect([known(done.totalSeconds), known(done.readings?.pending)]).toEqual([0, 2])
    expect(known(done.readings?.pendingIdle)).toBeGreaterThanOrEqual(0)
    const odd = key('odd')
    await raw.xadd(odd, '1-1', 'body', 'x')
    await raw.xgroup('CREATE', odd, 'g', '0')
    expect((await sampled(odd, 'g')).totalSeconds).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('not times'),
    })
  })

  it('counts what came and what was read as Redis does', async () => {
    const { name } = await seed(7, 4)
    await raw.xtrim(name, 'MAXLEN', 5)
    const { destinations } = await connection.sample([stream(name)], call())
    const { counters } = have(destinations.find(({ ref }) => ref.name === name))
    expect([counters.published?.value, counters.delivered?.value]).toEqual(['7', '4'])
  })

  it.each([
    [{ kind: 'earliest' }, '0-0', 0, 4],
    [{ kind: 'latest' }, id(10), 6, 0],
    [{ kind: 'offset', offset: id(7) }, id(7), 3, 0],
    [{ kind: 'shift', by: -2 }, id(2), 0, 2],
    [{ kind: 'shift', by: -4 }, '0-0', 0, 4],
    [{ kind: 'shift', by: -99 }, '0-0', 0, 4],
    [{ kind: 'shift', by: 3 }, id(7), 3, 0],
    [{ kind: 'shift', by: 99 }, id(10), 6, 0],
    [{ kind: 'skip-one' }, id(5), 1, 0],
    [{ kind: 'time', at: new Date(1_700_000_000_000).toISOString() }, '0-0', 0, 4],
    [{ kind: 'time', at: new Date(1_700_000_000_001).toISOString() }, id(10), 6, 0],
  ] as [OffsetTarget, string, number, number][])(
    'moves a group: %j, and Redis knows its lag afterwards',
    async (target, next, skipped, again) => {
      const { name, group } = await seed(10, 4)
      // Nobody is active: the consumer that read is gone.
      await raw.xgroup('DELCONSUMER', name, 'g', 'w')
      const offsets = have(connection.offsets)
      const plan = await offsets.plan(group, { target }, call())
      expect(plan.rows).toMatchObject([{ destination: name, partition: 0, old: id(4), next }])
      expect([known(plan.skipped), known(plan.again)]).toEqual([skipped, again])
      expect((await rawGroup(raw, name, 'g')).cursor).toBe(id(4))
      await offsets.apply(group, plan.rows, call())
      const after = await rawGroup(raw, name, 'g')
      expect(after.cursor).toBe(next)
      expect(after.left).toHaveLength(10 - 4 - skipped + again)
      expect(after.lag).toBe(after.left.length)
    },
  )

  it('says when Redis will not know the lag, and moves all the same', async () => {
    const { name, group } = await seed(10, 6)
    await raw.xgroup('DELCONSUMER', name, 'g', 'w')
    await raw.xdel(name, id(8))
    const plan = await have(connection.offsets).plan(group, { target: { kind: 'shift', by: -2 } }, call())
    expect(plan.rows[0]?.note).toContain('will not tell the lag')
    await have(connection.offsets).apply(group, plan.rows, call())
    expect(await rawGroup(raw, name, 'g')).toMatchObject({ cursor: id(4), lag: null })
    const counted = have(connection.groups?.countLag)(group, { destination: name, partition: 0 }, 100, call())
    expect(await counted).toEqual({ count: 5, isWhole: true })
  })

  it('moves nothing while a consumer is active or waits, nor when the group has moved', async () => {
    const { name, group } = await seed(5, 2)
    const offsets = have(connection.offsets)
    const plan = await offsets.plan(group, { target: { kind: 'latest' } }, call())
    expect(plan.members.map((member) => member.id)).toEqual(['w'])
    await expect(offsets.apply(group, plan.rows, call())).rejects.toMatchObject({
      code: 'conflict',
      detail: { members: [{ id: 'w' }] },
    })
    await raw.xgroup('DELCONSUMER', name, 'g', 'w')
    const before = { ...have(plan.rows[0]), old: id(1) }
    await expect(offsets.apply(group, [before], call())).rejects.toMatchObject({
      code: 'conflict',
      detail: { moved: [{ old: id(1), now: id(2) }] },
    })
    expect((await rawGroup(raw, name, 'g')).cursor).toBe(id(2))
    await expect(
      offsets.plan(group, { target: { kind: 'offset', offset: 'x' } }, call()),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
    await offsets.apply(group, plan.rows, call())
    expect((await rawGroup(raw, name, 'g')).cursor).toBe(id(5))
    await expect(offsets.plan(group, { target: { kind: 'skip-one' } }, call())).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('hands pending entries over without a delivery, and deletes only a consumer that holds nothing', async () => {
    const { name, group } = await seed(3, 0)
    await raw.xreadgroup('GROUP', 'g', 'a', 'COUNT', 2, 'STREAMS', name, '>')
    await raw.xgroup('CREATECONSUMER', name, 'g', 'b')
    const groups = have(connection.groups)
    const hand = (consumer: string, minIdleMs: number) =>
      have(groups.claimPending)(
        group,
        { ref: stream(name), ids: [id(1), id(2), id(3)], consumer, minIdleMs },
        call(),
      )
    expect(await have(groups.removalEffect)(group, 'a', call())).toContain('cannot be deleted')
    await expect(have(groups.removeMember)(group, 'a', call())).rejects.toMatchObject({ code: 'conflict' })
    await expect(hand('nobody', 0)).rejects.toMatchObject({ code: 'not_found' })
    expect(await hand('b', 60_000)).toMatchObject({ done: 0 })
    expect(await hand('b', 0)).toMatchObject({ done: 2 })
    const pending = (await raw.xpending(name, 'g', '-', '+', 10)) as unknown[][]
    expect(pending.map(([entry, consumer, , deliveries]) => [entry, consumer, deliveries])).toEqual([
      [id(1), 'b', 1],
      [id(2), 'b', 1],
    ])
    expect(await have(groups.removalEffect)(group, 'a', call())).toContain('nothing is lost')
    expect(await have(groups.removeMember)(group, 'a', call())).toMatchObject({ done: 1 })
    await expect(have(groups.removeMember)(group, 'a', call())).rejects.toMatchObject({ code: 'not_found' })
    const left = (await raw.xinfo('CONSUMERS', name, 'g')) as unknown[][]
    expect(left.map((row) => row[1])).toEqual(['b'])
  })

  it('notes pending entries whose stream entry was trimmed', async () => {
    const { name, group } = await seed(4, 0)
    await raw.xreadgroup('GROUP', 'g', 'a', 'COUNT', 3, 'STREAMS', name, '>')
    await raw.xtrim(name, 'MAXLEN', 2)
    const { problems = [] } = await have(connection.groups).describe(group, call())
    expect(problems).toMatchObject([
      { code: 'trimmed', message: expect.stringContaining('2 pending entries') },
    ])
  })

  it('lists clients with the consumer they call themselves, and closes one', async () => {
    const { name, group } = await seed(3, 0)
    const worker = unique('worker')
    const [node] = masters()
    const { host = '', port = 0 } = have(node).options
    const owner = raw instanceof Cluster ? await ownerOf(raw, name) : { host, port }
    const client = new Redis({ ...owner, connectionName: worker, retryStrategy: () => null })
    client.on('error', () => undefined)
    await client.xreadgroup('GROUP', 'g', worker, 'COUNT', 3, 'STREAMS', name, '>')
    const waiting = client
      .xreadgroup('GROUP', 'g', worker, 'BLOCK', 0, 'STREAMS', name, '>')
      .catch(() => null)
    try {
      const connections = have(connection.connections)
      const all = await connections.list({ limit: 1000 }, call())
      expect(all.items.some(({ isOwn, closeEffect }) => isOwn && closeEffect === undefined)).toBe(true)
      const { items, problems } = await connections.list({ destination: stream(name), limit: 10 }, call())
      expect(problems).toEqual([])
      expect(items).toMatchObject([
        {
          client: worker,
          state: 'waiting',
          isOwn: false,
          consumers: [
            { tag: worker, group: 'g', destination: { name }, unacked: { value: 3 }, isActive: true },
          ],
        },
      ])
      const plan = await have(connection.offsets).plan(group, { target: { kind: 'earliest' } }, call())
      expect(plan.members).toMatchObject([{ id: worker, client: worker, host: items[0]?.host }])
      const close = have(connections.close)
      const own = have(all.items.find(({ isOwn }) => isOwn))
      await expect(close(own.id, '', call())).rejects.toMatchObject({ code: 'forbidden' })
      expect(await close(have(items[0]).id, 'a test', call())).toMatchObject({ done: 1 })
      expect(await waiting).toBeNull()
      await expect(close(have(items[0]).id, '', call())).rejects.toMatchObject({ code: 'not_found' })
      const first = await connections.list({ limit: 1 }, call())
      const next = await connections.list({ limit: 1, cursor: have(first.next) }, call())
      expect(next.items[0]?.id).not.toBe(first.items[0]?.id)
    } finally {
      client.disconnect()
    }
  })

  it('shows every master with what INFO says of it', async () => {
    const { nodes = [], blocked } = await connection.sample([], call())
    expect(blocked).toBeUndefined()
    expect(nodes).toHaveLength(masters().length)
    for (const node of masters()) {
      const info = await node.info()
      const field = (name: string) => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(info)?.[1]
      const shown = have(nodes.find(({ id: one }) => one.endsWith(`:${field('tcp_port')}`)))
      expect(shown).toMatchObject({ state: 'running', role: 'master', version: field('redis_version') })
      expect(known(shown.readings.connectionsLimit)).toBe(Number(field('maxclients')))
      const started = Date.now() - Number(field('uptime_in_seconds')) * 1_000
      expect(Math.abs(Date.parse(have(shown.startedAt)) - started)).toBeLessThan(3_000)
    }
  })
})

async function ownerOf(raw: Cluster, key: string): Promise<{ host: string; port: number }> {
  for (const node of raw.nodes('master')) {
    const { host = '', port = 0 } = node.options
    const answer = await node.exists(key).catch(() => 0)
    if (answer === 1) return { host, port }
  }
  throw new Error(`nobody has ${key}`)
}

describe('a Redis without memory', () => {
  it('is blocked while it refuses writes, and heals when there is room', { timeout: 60_000 }, async () => {
    const own = await ownBroker('redis')
    const raw = openRaw(own)
    const connection = await connectTo(optionsFor(own))
    try {
      if (raw instanceof Cluster) throw new Error('one server is meant')
      const sample = () => connection.sample([], call())
      expect((await sample()).blocked).toBeUndefined()
      await raw.xadd('kept', '*', 'body', 'x')
      const used = Number(/used_memory:(\d+)/.exec(await raw.info('memory'))?.[1])
      await raw.config('SET', 'maxmemory', used + 3_000_000)
      let refusal = ''
      for (let n = 0; n < 10_000 && refusal === ''; n += 1)
        refusal = await raw.set(`fill-${n}`, 'x'.repeat(10_000)).then(
          () => '',
          (error: unknown) => String(error),
        )
      expect(refusal).toContain('OOM')
      const full = await sample()
      expect(full.blocked).toContain('writes are refused')
      expect(full.nodes?.[0]?.problems).toMatchObject([{ code: 'memory' }])
      await raw.config('SET', 'maxmemory', 0)
      const healed = await sample()
      expect([healed.blocked, healed.nodes?.[0]?.problems]).toEqual([undefined, []])
    } finally {
      raw.disconnect()
      await connection.close()
      await removeBroker(own.dir)
    }
  })
})

describe('a user who may not ask', () => {
  it('has no nodes and no connections, each with the words of Redis', async () => {
    const instance = await testBroker('redis')
    const raw = openRaw(instance)
    if (raw instanceof Cluster) throw new Error('one server is meant')
    const user = unique('user')
    await raw.call('ACL', 'SETUSER', user, 'on', '>pw', '~*', '&*', '+@all', '-info', '-client', '-eval')
    const limited = await connectTo({ ...optionsFor(instance), username: user, password: 'pw' })
    try {
      const { abilities } = await limited.probe(call())
      for (const facet of ['nodes', 'connections', 'offsets', 'members'] as const)
        expect(abilities[facet], facet).toMatchObject({
          level: 'none',
          reason: expect.stringMatching(/no permissions|NOPERM/i),
        })
      expect(abilities.pending?.level).toBe('full')
      expect((await limited.sample([], call())).nodes).toBeUndefined()
    } finally {
      await limited.close()
      await raw.call('ACL', 'DELUSER', user)
      raw.disconnect()
    }
  })
})
