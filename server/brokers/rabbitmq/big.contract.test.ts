import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, type DestinationInfo, newCall } from '../contract/index.ts'
import { eventually } from '../testing/suite/support.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { connectTo, createVhost, optionsFor, removeVhost } from './testing/harness.ts'
import { askHttp, Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)
const nameOf = (index: number) => `many.${String(index).padStart(4, '0')}`
const count = 510

describe('a RabbitMQ with more queues than fit one page', { timeout: 60_000 }, () => {
  let instance: BrokerInstance
  let raw: Raw
  let connection: BrokerConnection
  beforeAll(async () => {
    instance = await testBroker('rabbitmq')
    raw = await Raw.open(instance, await createVhost(instance))
    connection = await connectTo(optionsFor(instance, raw.vhost))
    await raw.withChannel(async (channel) => {
      for (let index = 0; index < count; index += 1)
        await channel.assertQueue(nameOf(index), { durable: true, arguments: { 'x-queue-type': 'classic' } })
    })
    await raw.createQueue('a.stream', { 'x-queue-type': 'stream' })
    await raw.createQueue('dead')
    await raw.publish(
      nameOf(7),
      [1, 2, 3].map((one) => ({ key: null, body: Buffer.from(`${one}`), headers: [] })),
    )
  }, 120_000)
  afterAll(async () => {
    await connection?.close()
    await raw?.disconnect()
    if (raw) await removeVhost(instance, raw.vhost)
  }, 60_000)

  async function listAll(): Promise<DestinationInfo[]> {
    const found: DestinationInfo[] = []
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await connection.listDestinations({ limit: 100, cursor }, call())
      expect(items.length).toBeLessThanOrEqual(100)
      found.push(...items)
      if (next === null) return found
      cursor = next
    }
  }
  const queuesOf = (all: readonly DestinationInfo[]) => all.filter(({ ref }) => ref.type !== 'exchange')

  it('lists each once, with its type, in name-sorted pages', async () => {
    const all = await listAll()
    const queues = queuesOf(all)
    expect(queues).toHaveLength(count + 2)
    const names = queues.map(({ ref }) => ref.name)
    expect(names).toEqual(names.toSorted())
    expect(queues.find(({ ref }) => ref.name === 'a.stream')).toMatchObject({
      ref: { type: 'stream' },
      variant: 'stream',
    })
    expect(all.length - queues.length).toBeGreaterThan(5)
  })

  it('knows depth and consumers of all, from the listener the broker names', async () => {
    await eventually(20_000, async () => {
      const { destinations, problems } = await connection.sample([], call())
      expect(problems).toEqual([])
      const queues = destinations.filter(({ ref }) => ref.type !== 'exchange')
      expect(queues).toHaveLength(count + 2)
      const seven = queues.find(({ ref }) => ref.name === nameOf(7))
      expect(seven?.readings.depth).toMatchObject({ state: 'ok', value: 3 })
      // The listing of totals would not know it.
      expect(seven?.readings.consumers).toMatchObject({ state: 'ok', value: 0 })
      expect(destinations.find(({ ref }) => ref.name === 'a.stream')?.ref.type).toBe('stream')
    })
  })

  it('lists what was declared, deleted and changed since', async () => {
    await listAll()
    await raw.createQueue('fresh', { 'x-max-length': 5 })
    await raw.deleteQueue(nameOf(1))
    await askHttp(instance, 'PUT', `/policies/${raw.vhost}/dying`, {
      pattern: '^fresh$',
      definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' },
      'apply-to': 'queues',
    })
    await eventually(20_000, async () => {
      const names = queuesOf(await listAll()).map(({ ref }) => ref.name)
      expect(names).toContain('fresh')
      expect(names).not.toContain(nameOf(1))
      const edges = (await connection.deadLetters?.edges(call())) ?? []
      expect(edges.map(({ from, to }) => `${from.name} → ${to?.name}`)).toEqual(['fresh → dead'])
    })
    await askHttp(instance, 'DELETE', `/policies/${raw.vhost}/dying`)
    await eventually(20_000, async () => {
      await listAll()
      expect(await connection.deadLetters?.edges(call())).toEqual([])
    })
  })

  it('sees that a queue was deleted and made anew between two samples', async () => {
    const ref = refTo('queue', nameOf(9), raw.vhost)
    const incarnation = async () => {
      const { destinations } = await connection.sample([], call())
      return destinations.find((one) => one.ref.name === ref.name)?.incarnation
    }
    const many = Array.from({ length: 300 }, () => ({ key: null, body: Buffer.from('x'), headers: [] }))
    await raw.publish(ref.name, many)
    await eventually(20_000, async () => {
      const { destinations } = await connection.sample([], call())
      const depth = destinations.find((one) => one.ref.name === ref.name)?.readings.depth
      expect(depth).toMatchObject({ state: 'ok', value: 300 })
    })
    expect(await incarnation()).toBeUndefined()
    await raw.deleteQueue(ref.name)
    await raw.createQueue(ref.name)
    const anew = await eventually(20_000, async () => {
      const found = await incarnation()
      expect(found).toBeDefined()
      return found
    })
    expect(await incarnation()).toBe(anew)
  })
})
