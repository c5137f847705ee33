import { describe, expect, it } from 'vitest'
import { newCall } from '../../contract/index.ts'
import { openConnection } from '../connection.ts'
import { SandboxBroker } from '../engine/broker.ts'
import { dealPartitions } from '../engine/group.ts'

const call = () => newCall(2_000)
const content = { key: null, body: Buffer.from('x'), headers: [], properties: {} }
const consumer = { tag: 'worker-1', host: '10.0.0.7', prefetch: 3 }

function open() {
  let nowMs = 60_000
  const pass = (ms: number) => {
    nowMs += ms
  }
  const broker = new SandboxBroker(() => nowMs)
  const queue = broker.addQueue('jobs')
  for (let n = 0; n < 5; n += 1) broker.push(queue, { timestampMs: n, content })
  queue.consumers = [consumer]
  queue.deliver(consumer, 2, 20_000)
  const log = broker.addLog('events', 2)
  const group = broker.addGroup('readers', log)
  group.members = dealPartitions(log, [
    { id: 'r-1', client: 'readers', host: '10.0.0.8' },
    { id: 'r-2', client: 'readers', host: '10.0.0.9' },
  ])
  const connection = openConnection(broker)
  const { connections, groups, claim } = connection
  if (!connections?.close || !groups || !claim) throw new Error('no facet')
  const list = (name?: string, type: 'queue' | 'topic' = 'queue') =>
    connections.list({ limit: 10, ...(name ? { destination: { type, name } } : {}) }, call())
  const idOf = async (client: string) => (await list()).items.find((item) => item.client === client)?.id ?? ''
  const close = async (client: string) => connections.close?.(await idOf(client), 'a test', call())
  return {
    broker,
    queue,
    group,
    connection,
    connections,
    groups,
    claim,
    list,
    close,
    pass,
  }
}

describe('who is connected to the sandbox', () => {
  it('lists consumers and members with what they hold, and the console itself', async () => {
    const { list, connections } = open()
    const { items } = await list()
    expect(items.map(({ client, isOwn }) => [client, isOwn])).toEqual([
      ['r-1', false],
      ['r-2', false],
      ['signalbox', true],
      ['worker-1', false],
    ])
    expect(items[3]).toMatchObject({
      host: '10.0.0.7',
      state: 'running',
      readings: { unacked: { value: 2 } },
      consumers: [
        { destination: { name: 'jobs' }, prefetch: 3, unacked: { value: 2 }, oldestUnacked: { value: 40 } },
      ],
    })
    expect(items[3]?.closeEffect).toContain('2 messages')
    expect((await list('jobs')).items.map(({ client }) => client)).toEqual(['worker-1'])
    expect((await list('events', 'topic')).items.map(({ client }) => client)).toEqual(['r-1', 'r-2'])
    const first = await connections.list({ limit: 3 }, call())
    const rest = await connections.list({ limit: 3, cursor: first.next ?? '' }, call())
    expect([first.items.length, rest.items.map(({ client }) => client), rest.next]).toEqual([
      3,
      ['worker-1'],
      null,
    ])
  })

  it('cuts a consumer off: what it held goes back to its place, and it connects again', async () => {
    const { queue, list, close, pass } = open()
    expect(queue.ready.map(({ seq }) => seq)).toEqual([3, 4, 5])
    expect(await close('worker-1')).toMatchObject({ done: 1, detail: expect.stringContaining('2 messages') })
    expect(queue.ready.map(({ seq, redelivered }) => [seq, redelivered])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
      [5, false],
    ])
    expect((await list('jobs')).items).toEqual([])
    await expect(close('worker-1')).rejects.toMatchObject({ code: 'not_found' })
    pass(10_000)
    const [back] = (await list('jobs')).items
    expect(back).toMatchObject({ client: 'worker-1', since: new Date(70_000).toISOString() })
  })

  it('rebalances when a member goes and when it comes again', async () => {
    const { close, groups, pass, group } = open()
    group.pending = [{ partition: 1, offset: 0, member: 'r-2', sinceMs: 60_000, deliveries: 4 }]
    const look = async () => {
      const { state, epoch, members, pending } = await groups.describe('readers', call())
      const dealt = members.map(({ id, assignments }) => [id, assignments?.[0]?.partitions])
      return {
        state,
        epoch,
        dealt,
        pending: pending?.map(({ consumer: by, deliveries }) => [by, deliveries]),
      }
    }
    await close('r-2')
    const handed = [['r-1', 5]]
    expect(await look()).toEqual({
      state: 'preparingrebalance',
      epoch: '2',
      dealt: [['r-1', []]],
      pending: handed,
    })
    pass(3_000)
    expect(await look()).toEqual({ state: 'stable', epoch: '2', dealt: [['r-1', [0, 1]]], pending: handed })
    pass(7_000)
    expect(await look()).toMatchObject({ state: 'preparingrebalance', epoch: '3' })
    pass(3_000)
    expect((await look()).dealt).toEqual([
      ['r-1', [0]],
      ['r-2', [1]],
    ])
  })

  it('hands pending records to another member without a delivery', async () => {
    const { groups, group } = open()
    group.pending = [{ partition: 1, offset: 0, member: 'r-2', sinceMs: 55_000, deliveries: 4 }]
    const ref = { type: 'topic', name: 'events' } as const
    const claim = (consumerName: string, minIdleMs: number) =>
      groups.claimPending?.(
        'readers',
        { ref, ids: ['1-0', '1-9'], consumer: consumerName, minIdleMs },
        call(),
      )
    expect(await claim('r-1', 9_000)).toMatchObject({ done: 0 })
    expect(await claim('r-1', 5_000)).toMatchObject({ done: 1 })
    expect(group.pending).toMatchObject([{ member: 'r-1', sinceMs: 60_000, deliveries: 4 }])
    await expect(claim('nobody', 0)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('shows what the console holds as its own, and does not close that', async () => {
    const { claim, list, close } = open()
    const ref = { type: 'queue', name: 'jobs' } as const
    const session = await claim.open(ref, { select: { kind: 'head', count: 3 }, window: 3 }, call())
    await session.next(3, call())
    const own = (await list('jobs')).items.find(({ isOwn }) => isOwn)
    expect(own).toMatchObject({ readings: { unacked: { value: 3 } } })
    await expect(close('signalbox')).rejects.toMatchObject({ code: 'forbidden' })
    await session.close()
  })
})
