import { randomBytes } from 'node:crypto'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import type { BrokerConnection } from '../contract/index.ts'
import { groupIn } from '../testing/lag.ts'
import { call, eventually, expectBrokerError, facetOf } from '../testing/suite/support.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { addressOf, connectTo, saslOptions } from './testing/harness.ts'
import { classicKind, joinModern, shareKind } from './testing/positions.ts'
import { deleteGroup, openRaw, type Raw } from './testing/raw.ts'

const unique = (what: string) => `kafka-${what}-${randomBytes(4).toString('hex')}`

describe('Kafka groups: what only Kafka has', { timeout: 60_000 }, () => {
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  const topics: string[] = []
  const groups: string[] = []
  const topic = async (what: string, partitions = 1) => {
    const name = unique(what)
    topics.push(name)
    await raw.createTopic(name, partitions)
    return name
  }
  const group = (what: string) => {
    const name = unique(what)
    groups.push(name)
    return name
  }
  const send = async (name: string, count: number, transactional = false) => {
    const producer = raw.client.producer({
      allowAutoTopicCreation: false,
      ...(transactional ? { transactionalId: unique('tx'), idempotent: true, maxInFlightRequests: 1 } : {}),
    })
    await producer.connect()
    const messages = Array.from({ length: count }, (_, i) => ({ value: `m${i}`, partition: 0 }))
    if (transactional) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: name, messages })
      await transaction.commit()
    } else await producer.send({ topic: name, messages })
    await producer.disconnect()
  }
  const sampled = async (name: string) => groupIn(await connection.sample([], call()), name)

  beforeAll(async () => {
    instance = await testBroker('kafka')
    const address = addressOf(instance)
    raw = await openRaw(address)
    connection = await connectTo({ bootstrap: [address] })
  }, 180_000)
  afterAll(async () => {
    for (const name of groups) await deleteGroup(raw.admin, name)
    for (const name of topics) await raw.deleteTopic(name)
    await connection?.close()
    await raw?.disconnect()
  }, 60_000)

  it('calls a group caught up that stands before a transaction’s marker, until a message comes', async () => {
    const [name, reader] = [await topic('markers'), group('residue')]
    await send(name, 3, true)
    // Offsets 0–2 are messages, 3 is the marker: an application commits 3 and the end is 4.
    await classicKind(() => raw).commit(name, reader, [3])
    const caught = await sampled(reader)
    expect(caught.lag[0]).toMatchObject({
      committed: '3',
      end: '4',
      lag: { state: 'ok', value: 1, quality: 'approximate', detail: { residue: true } },
      lagSeconds: { state: 'ok', value: 0 },
    })
    expect(caught.total).toMatchObject({ value: 1, detail: { residue: true } })
    await send(name, 1)
    const late = await sampled(reader)
    expect(late.lag[0]?.lag).toMatchObject({ value: 2 })
    expect(late.lag[0]?.lag).not.toHaveProperty('detail.residue')
    // The one message is skipped together with the marker that lies before it.
    const parts = [{ destination: name, partition: 0 }]
    const plan = await facetOf(connection, 'offsets').plan(
      reader,
      { target: { kind: 'skip-one' }, parts },
      call(),
    )
    expect(plan.rows).toMatchObject([
      { old: '3', next: '5', note: expect.stringContaining('3 to 3 hold no message') },
    ])
    expect(plan.rows[0]?.skipped).toMatchObject({ quality: 'approximate' })
    await facetOf(connection, 'offsets').apply(reader, plan.rows, call())
    const nothing = facetOf(connection, 'offsets').plan(
      reader,
      { target: { kind: 'skip-one' }, parts },
      call(),
    )
    await expectBrokerError(nothing, ['bad_request'])
  })

  it('says at most so many on a compacted topic', async () => {
    const [name, reader] = [unique('compacted'), group('compacted')]
    topics.push(name)
    await raw.createTopic(name, 1, { 'cleanup.policy': 'compact' })
    const producer = raw.client.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    await producer.send({ topic: name, messages: [1, 2, 3].map((i) => ({ key: 'k', value: `${i}` })) })
    await producer.disconnect()
    await classicKind(() => raw).commit(name, reader, [1])
    expect((await sampled(reader)).lag[0]?.lag).toMatchObject({
      value: 2,
      quality: 'approximate',
      detail: { reason: expect.stringContaining('at most') },
    })
    const row = (await connection.sample([], call())).destinations.find((one) => one.ref.name === name)
    expect(row?.readings.retentionSeconds).toMatchObject({ state: 'unsupported' })
  })

  it('tells how long a topic keeps its messages, as the raw client set it', async () => {
    const name = unique('kept')
    topics.push(name)
    await raw.createTopic(name, 1, { 'retention.ms': '7200000', 'retention.bytes': '1048576' })
    const row = (await connection.sample([], call())).destinations.find((one) => one.ref.name === name)
    expect(row?.readings.retentionSeconds).toMatchObject({ state: 'ok', value: 7_200, unit: 'seconds' })
    expect(row?.readings.retentionBytes).toMatchObject({ value: 1_048_576, detail: { each: 'partition' } })
  })

  it('changes the epoch of a KIP-848 group when its members change, and removes a member', async () => {
    const [name, reader] = [await topic('epoch', 2), group('epoch')]
    const first = await joinModern(raw, name, reader)
    const before = await sampled(reader)
    expect(before.epoch).toMatch(/^\d+$/)
    expect(before.abilities).toMatchObject({ offsets: { level: 'full' }, members: { level: 'full' } })
    expect((await sampled(reader)).epoch).toBe(before.epoch)
    const [member] = before.members
    if (!member) throw new Error('the member is not listed')
    const facet = facetOf(connection, 'groups')
    const effect = await facet.removalEffect?.(reader, member.id, call())
    expect(effect).toContain('raw-848 on 127.0.0.1')
    expect(effect).toContain('its 2 partitions')
    expect(await facet.removeMember?.(reader, member.id, call())).toMatchObject({ done: 1 })
    // Gone, or back under a new epoch: never there as before.
    const after = await sampled(reader)
    expect(Number(after.epoch)).toBeGreaterThan(Number(before.epoch))
    await first.leave().catch(() => undefined)
  })

  it('removes a member of a classic group, which then joins again under another id', async () => {
    const [name, reader] = [await topic('kick', 1), group('kick')]
    const member = await classicKind(() => raw).join?.(name, reader)
    const [before] = (await sampled(reader)).members
    if (!before || !member) throw new Error('the member is not listed')
    const facet = facetOf(connection, 'groups')
    expect(await facet.removalEffect?.(reader, before.id, call())).toContain('its partition')
    await expectBrokerError(facet.removeMember?.(reader, 'nobody', call()) ?? Promise.resolve(), [
      'not_found',
    ])
    expect(await facet.removeMember?.(reader, before.id, call())).toMatchObject({ done: 1 })
    await eventually(20_000, async () => {
      const { members } = await sampled(reader)
      expect(members.map((one) => one.client)).toEqual(['raw'])
      expect(members.map((one) => one.id)).not.toContain(before.id)
    })
    await member.leave()
  })

  it('moves the start of a share group, and its own tool finds it there', async () => {
    const [name, reader] = [await topic('share'), group('share')]
    await send(name, 10)
    await shareKind(() => raw).commit(name, reader, [4])
    const facet = facetOf(connection, 'offsets')
    const parts = [{ destination: name, partition: 0 }]
    await expectBrokerError(facet.plan(reader, { target: { kind: 'skip-one' }, parts }, call()), [
      'bad_request',
    ])
    const plan = await facet.plan(reader, { target: { kind: 'offset', offset: '7' } }, call())
    expect(plan.rows).toMatchObject([{ next: '7', skipped: { quality: 'approximate' } }])
    await facet.apply(reader, plan.rows, call())
    expect(await shareKind(() => raw).positions(name, reader)).toEqual(['7'])
    const late = await sampled(reader)
    expect(late).toMatchObject({ type: 'share', epoch: expect.stringMatching(/^\d+$/) })
    expect(late.lag[0]?.lag).toMatchObject({ value: 3, quality: 'approximate' })
    expect(late.abilities).toMatchObject({ offsets: { level: 'partial' }, members: { level: 'none' } })
  })

  it('sets nothing at all when the credentials may not read one of the topics', async () => {
    const [open, closed, reader] = [await topic('open'), await topic('closed'), group('denied')]
    await send(open, 5)
    await send(closed, 5)
    const kind = classicKind(() => raw)
    await kind.commit(open, reader, [1])
    await kind.commit(closed, reader, [1])
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: closed,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      // A topic with any rule allows nothing but what a rule allows: here to see it, not to read it.
      operation: AclOperationTypes.DESCRIBE,
      permissionType: AclPermissionTypes.ALLOW,
    }
    await raw.admin.createAcls({ acl: [acl] })
    const limited = await connectTo(saslOptions(instance, instance.access.password ?? ''))
    try {
      const facet = facetOf(limited, 'offsets')
      const plan = await facet.plan(reader, { target: { kind: 'latest' } }, call())
      expect(plan.rows).toHaveLength(2)
      const error = await eventually(5_000, () =>
        expectBrokerError(facet.apply(reader, plan.rows, call()), ['forbidden']),
      )
      expect(error.message).toContain(closed)
      expect([await kind.positions(open, reader), await kind.positions(closed, reader)]).toEqual([
        ['1'],
        ['1'],
      ])
      // What cannot be read has no age, and the reason is the broker's own.
      const seen = await facetOf(limited, 'groups').describe(reader, call())
      const row = seen.lag.find((one) => one.destination === closed)
      expect(row?.lag).toMatchObject({ value: 4 })
      expect(row?.lagSeconds).toMatchObject({ reason: expect.stringContaining('TOPIC_AUTHORIZATION_FAILED') })
    } finally {
      await raw.admin.deleteAcls({ filters: [acl] })
      await limited.close()
    }
  })

  it('tells its brokers: who controls, what they lead and hold', async () => {
    const { nodes, topics: all } = await readCluster()
    const [node] = nodes
    expect(nodes).toHaveLength(1)
    expect(node).toMatchObject({ id: '1', state: 'running', role: 'controller', problems: [] })
    expect(node?.version).toMatch(/^\d+\.\d+/)
    expect(node?.readings.partitionsLed).toMatchObject({ value: all })
    expect(node?.readings).toMatchObject({
      underReplicated: { value: 0 },
      offlinePartitions: { value: 0 },
      bytes: { state: 'ok' },
      disk: { state: 'ok', unit: 'bytes' },
    })
    expect((await connection.sample([], call())).blocked).toBeUndefined()
  })

  /** The raw client's count of partitions at the same moment as the sample's. */
  async function readCluster() {
    return eventually(10_000, async () => {
      const count = async () =>
        (await raw.admin.fetchTopicMetadata()).topics.reduce((sum, one) => sum + one.partitions.length, 0)
      const before = await count()
      const { nodes = [] } = await connection.sample([], call())
      expect(await count()).toBe(before)
      return { nodes, topics: before }
    })
  }
})
