import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrokerInstance,
  killMember,
  removeBroker,
  restartBroker,
  startBroker,
} from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, type DestinationRef, newCall } from '../contract/index.ts'
import { call, eventually, expectBrokerError, facetOf } from '../testing/suite/support.ts'
import { runTool } from './testing/groups.ts'
import { addressOf, connectTo } from './testing/harness.ts'
import { openRaw, type Raw, waitForLeaders } from './testing/raw.ts'
import { joinStreamsGroup } from './testing/streams-member.ts'

const unique = (what: string) => `kafka-${what}-${randomBytes(4).toString('hex')}`
const topicRef = (name: string): DestinationRef => ({ type: 'topic', name })
const bodies = (...texts: string[]) =>
  texts.map((text) => ({ key: null, body: Buffer.from(text), headers: [] }))
const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

describe('a Kafka cluster of two nodes', { timeout: 120_000 }, () => {
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  const warnings: string[] = []
  const onWarning = (warning: Error) => warnings.push(warning.name)

  beforeAll(async () => {
    process.on('warning', onWarning)
    instance = await startBroker('kafka', { name: `own-${process.pid}-two`, options: { members: 2 } })
    raw = await openRaw(addressOf(instance))
    connection = await connectTo({ bootstrap: [addressOf(instance)] })
  }, 180_000)
  afterAll(async () => {
    process.off('warning', onWarning)
    await connection?.close()
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
  }, 60_000)

  it('describes a streams group with its member, tasks and missing commits', async () => {
    const source = unique('streams-in')
    const group = unique('streams')
    await raw.createTopic(source, 2)
    await raw.publish(source, bodies('one', 'two'))
    const member = await joinStreamsGroup({ bootstrap: [addressOf(instance)] }, group, source)
    const seen = await eventually(20_000, async () => {
      const { groups } = await connection.sample([], call())
      const found = groups.find((row) => row.name === group)
      expect(found?.members).toHaveLength(1)
      return found
    })
    expect(seen?.type).toBe('streams')
    expect(['stable', 'assigning', 'reconciling', 'not_ready']).toContain(seen?.state)
    expect(seen?.members[0]?.id).toBe(member.member)
    expect(seen?.lag.map((row) => [row.destination, row.partition, row.committed])).toEqual([
      [source, 0, null],
      [source, 1, null],
    ])
    expect(seen?.lag[0]?.lag).toMatchObject({ state: 'unavailable', reason: 'no commit' })
    expect(seen?.total.state).toBe('unavailable')
    await member.leave()
    const left = await facetOf(connection, 'groups').describe(group, call())
    expect(left).toMatchObject({ type: 'streams', state: 'empty', members: [] })
  })

  it('describes a share group with its member', async () => {
    const [source, group] = [unique('share-in'), unique('share')]
    await raw.createTopic(source, 2)
    const server = ['--bootstrap-server', addressOf(instance), '--topic', source, '--group', group]
    const reading = runTool('org.apache.kafka.tools.consumer.ConsoleShareConsumer', [
      ...server,
      '--timeout-ms',
      '9000',
    ])
    const seen = await eventually(20_000, async () => {
      const { groups } = await connection.sample([], call())
      const found = groups.find((row) => row.name === group)
      expect(found?.members[0]?.assignments?.length).toBe(1)
      return found
    })
    expect(seen).toMatchObject({ type: 'share', state: 'stable' })
    expect(seen?.members[0]?.assignments).toEqual([{ destination: source, partitions: [0, 1] }])
    expect(seen?.members[0]?.host).toBe('127.0.0.1')
    await reading
    const left = await facetOf(connection, 'groups').describe(group, call())
    expect(left).toMatchObject({ type: 'share', state: 'empty', members: [] })
  })

  it('keeps a leaderless partition to its own row, and follows it when it is back', async () => {
    const [half, fine] = [unique('half'), unique('fine')]
    const assigned = (topic: string, nodes: number[]) => ({
      topic,
      replicaAssignment: nodes.map((node, partition) => ({ partition, replicas: [node] })),
    })
    await raw.admin.createTopics({
      waitForLeaders: false,
      topics: [assigned(half, [1, 2]), assigned(fine, [1])],
    })
    await waitForLeaders(raw.client, [half], 2)
    await waitForLeaders(raw.client, [fine], 1)
    await raw.publish(half, bodies('on one'), 0)
    await raw.publish(half, bodies('on two'), 1)
    await raw.publish(fine, bodies('fine'))
    const group = unique('reader')
    await raw.admin.setOffsets({
      groupId: group,
      topic: half,
      partitions: [
        { partition: 0, offset: '0' },
        { partition: 1, offset: '0' },
      ],
    })
    await killMember(instance.dir, 'kafka-2')
    const rows = await eventually(30_000, async () => {
      const { items } = await connection.listDestinations({ limit: 1_000 }, call())
      const row = items.find((item) => item.ref.name === half)
      expect(row?.problems?.map((problem) => problem.code)).toEqual(['leaderless'])
      return { row, other: items.find((item) => item.ref.name === fine) }
    })
    expect(rows.other?.problems).toBeUndefined()
    // While the cluster notices, the other node may be asked for what it has not yet taken over: unknown, not wrong.
    const { sample, sampled } = await eventually(20_000, async () => {
      const sample = await connection.sample([], call())
      const sampled = sample.destinations.find((row) => row.ref.name === half)
      expect(sampled?.state).toBe('leaderless')
      expect(sampled?.readings.depth).toMatchObject({
        state: 'ok',
        value: 1,
        quality: 'approximate',
        detail: { missing: 1 },
      })
      return { sample, sampled }
    })
    expect(sample.destinations.find((row) => row.ref.name === fine)?.readings.depth).toMatchObject({
      value: 1,
    })
    const [one, two] = sample.nodes ?? []
    expect(one).toMatchObject({ id: '1', state: 'running', role: 'controller' })
    expect(two).toMatchObject({ id: '2', state: 'down', problems: [{ code: 'down' }] })
    // It was seen before it went: its address is still known.
    expect(two?.name).toMatch(/^127\.0\.0\.1:\d+$/)
    const offline = two?.readings.offlinePartitions
    expect(offline?.state === 'ok' && offline.value > 0, JSON.stringify(offline)).toBe(true)
    expect(sample.problems.map((problem) => problem.code)).toContain('down')
    // One topic can be written as before.
    expect(sample.blocked).toBeUndefined()
    const lag = sample.groups.find((row) => row.name === group)?.lag ?? []
    const isMissingSaid = sample.problems.some((problem) => problem.scope === 'groups')
    // The group's coordinator may have been on the lost node: then groups are said to be missing.
    if (lag.length > 0) expect(lag.map((row) => row.lag.state)).toEqual(['ok', 'unavailable'])
    else expect(isMissingSaid).toBe(true)
    if (isMissingSaid) expect(sampled?.readings.groups).toMatchObject({ state: 'unavailable' })
    const page = await facetOf(connection, 'browse').read(
      topicRef(half),
      { from: { kind: 'oldest' }, limit: 10, maxBytes: 1 << 20 },
      call(),
    )
    expect(page.messages.map((message) => Buffer.from(message.body ?? []).toString())).toEqual(['on one'])
    expect(page.problems.map((problem) => problem.scope)).toEqual([`${half}, partition 1`])
    const described = await connection.describeDestination(topicRef(half), call())
    expect(described.parts.partitions?.map((row) => row.problem?.code)).toEqual([undefined, 'leaderless'])
    const publisher = await facetOf(connection, 'publish').openPublisher(call())
    const [outcome] = await publisher.send(
      [
        {
          target: { ref: topicRef(half), partition: 1 },
          message: {
            key: null,
            body: Buffer.from('x'),
            headers: [],
            properties: {},
            timestampMs: null,
            from: null,
          },
        },
      ],
      newCall(1_500),
    )
    expect(outcome?.state).toBe('refused')
    await publisher.close()

    const seen: string[] = []
    const stop = new AbortController()
    const following = (async () => {
      const endless = { signal: stop.signal, deadlineAt: Date.now() + 90_000 }
      for await (const message of facetOf(connection, 'tail').follow(topicRef(half), endless))
        seen.push(Buffer.from(message.body ?? []).toString())
    })()
    await sleep(500)
    await raw.disconnect()
    instance = await restartBroker(instance.dir)
    raw = await openRaw(addressOf(instance))
    await eventually(30_000, async () => {
      const { items } = await connection.listDestinations({ limit: 1_000 }, call())
      expect(items.find((item) => item.ref.name === half)?.problems).toBeUndefined()
    })
    await sleep(6_000)
    await raw.publish(half, bodies('again one'), 0)
    await raw.publish(half, bodies('again two'), 1)
    await eventually(20_000, async () => expect(seen.toSorted()).toEqual(['again one', 'again two']))
    stop.abort()
    await following
  })

  it('ends a tail when its topic is deleted', async () => {
    const name = unique('doomed')
    await raw.createTopic(name, 1)
    const following = (async () => {
      for await (const _ of facetOf(connection, 'tail').follow(topicRef(name), newCall(30_000)));
    })()
    await sleep(700)
    await raw.deleteTopic(name)
    await expectBrokerError(following, ['not_found'])
  })

  it('closes every socket, and never warned of a negative timeout', async () => {
    const before = openSockets()
    const other = await connectTo({ bootstrap: [addressOf(instance)] })
    const name = unique('closing')
    await facetOf(other, 'manage').ensure(topicRef(name), call())
    await facetOf(other, 'publish').openPublisher(call())
    const stop = new AbortController()
    const tail = (async () => {
      const endless = { signal: stop.signal, deadlineAt: Date.now() + 20_000 }
      for await (const _ of facetOf(other, 'tail').follow(topicRef(name), endless));
    })()
    await other.sample([], call())
    expect(openSockets()).toBeGreaterThan(before)
    await other.close()
    await expectBrokerError(tail, ['unreachable'])
    await eventually(3_000, async () => expect(openSockets()).toBeLessThanOrEqual(before))
    await raw.deleteTopic(name)
    expect(warnings.filter((kind) => kind === 'TimeoutNegativeWarning')).toEqual([])
  })
})
