import { randomBytes } from 'node:crypto'
import amqplib from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { newCall } from '../contract/index.ts'
import { describeConnections, type HoldingClient } from '../testing/connections.ts'
import { eventually, expectBrokerError } from '../testing/suite/support.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { connectTo, createVhost, optionsFor, removeVhost } from './testing/harness.ts'
import { askHttp, Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)

let instance: BrokerInstance
let raw: Raw
async function setUp(): Promise<void> {
  instance = await testBroker('rabbitmq')
  raw = await Raw.open(instance, await createVhost(instance))
}
async function tearDown(): Promise<void> {
  await raw?.disconnect()
  if (raw) await removeVhost(instance, raw.vhost)
}

/** A client of its own that takes `hold` messages of a queue and acknowledges none. */
async function holdMessages(queue: string, name: string, hold: number): Promise<HoldingClient> {
  const url = `${instance.urls.amqp}/${encodeURIComponent(raw.vhost)}`
  const model = await amqplib.connect(url, { clientProperties: { connection_name: name } })
  const { promise: closed, resolve: close } = Promise.withResolvers<string>()
  model.on('error', (error: Error) => close(error.message))
  // What an operator closed is no error to amqplib: the reason comes with the end.
  model.on('close', (reason?: Error) => close(reason?.message ?? 'closed without a word'))
  const channel = await model.createChannel()
  channel.on('error', () => undefined)
  let taken = 0
  const { promise: all, resolve: done } = Promise.withResolvers<void>()
  await channel.prefetch(hold)
  await channel.consume(queue, () => {
    taken += 1
    if (taken === hold) done()
  })
  await all
  return {
    closed,
    end: async () => void (await model.close().catch(() => undefined)),
  }
}

describeConnections({
  label: 'rabbitmq',
  setUp,
  tearDown,
  connect: () => connectTo(optionsFor(instance, raw.vhost)),
  seed: async (name, messages) => {
    await raw.createQueue(name)
    const bodies = Array.from({ length: messages }, (_, index) => Buffer.from(`m${index}`))
    await raw.publish(
      name,
      bodies.map((body) => ({ key: null, body, headers: [] })),
    )
    return refTo('queue', name, raw.vhost)
  },
  hold: (ref, client, hold) => holdMessages(ref.name, client, hold),
  waiting: (ref) => raw.count(ref.name),
  useOwn: async (connection) => void (await connection.probe(call())),
})

describe('what RabbitMQ lets a user see and close', { timeout: 60_000 }, () => {
  const users: string[] = []
  beforeAll(setUp, 60_000)
  afterAll(async () => {
    for (const user of users) await askHttp(instance, 'DELETE', `/users/${user}`)
    await tearDown()
  })

  async function connectAs(tags: string) {
    const user = `suite-${tags}-${randomBytes(3).toString('hex')}`
    users.push(user)
    await askHttp(instance, 'PUT', `/users/${user}`, { password: 'secret-71', tags })
    const all = { configure: '.*', write: '.*', read: '.*' }
    await askHttp(instance, 'PUT', `/permissions/${raw.vhost}/${user}`, all)
    return connectTo(optionsFor(instance, raw.vhost, `${user}:secret-71`))
  }

  it('with the tag monitoring: nodes and everybody, but closes none of others', async () => {
    await raw.createQueue('watched')
    await raw.publish('watched', [{ key: null, body: Buffer.from('1'), headers: [] }])
    const holder = await holdMessages('watched', 'theirs', 1)
    const connection = await connectAs('monitoring')
    try {
      const { abilities } = await connection.probe(call())
      expect(abilities.nodes).toEqual({ level: 'full' })
      expect(abilities.connections?.level).toBe('partial')
      const found = await eventually(20_000, async () => {
        const page = await connection.connections?.list({ limit: 100 }, call())
        const one = page?.items.find(({ client }) => client === 'theirs')
        expect(one).toMatchObject({ user: 'guest', protocol: 'AMQP 0-9-1', tls: false, isOwn: false })
        return one
      })
      const closing = async () => connection.connections?.close?.(found?.id ?? '', 'no', call())
      await expectBrokerError(closing(), ['forbidden'])
      expect((await connection.sample([], call())).nodes).toHaveLength(1)
    } finally {
      await connection.close()
      await holder.end()
    }
  })

  it('with the tag management: its own only, said so, and never a count of 0 for the rest', async () => {
    const connection = await connectAs('management')
    try {
      const { abilities } = await connection.probe(call())
      expect(abilities.nodes).toMatchObject({
        level: 'partial',
        reason: expect.stringContaining('monitoring'),
      })
      expect(abilities.connections?.level).toBe('partial')
      const page = await connection.connections?.list({ limit: 100 }, call())
      expect(page?.problems).toMatchObject([{ code: 'forbidden' }])
      expect(page?.items.filter(({ user }) => user === 'guest')).toEqual([])
      const { nodes, blocked, readings } = await connection.sample([], call())
      expect(nodes).toBeUndefined()
      expect(blocked).toBeUndefined()
      expect(readings.connections?.state).toBe('unavailable')
    } finally {
      await connection.close()
    }
  })

  it('without the management API says so and lists none', async () => {
    const { amqp } = optionsFor(instance, raw.vhost)
    const connection = await connectTo({ amqp })
    try {
      const { abilities } = await connection.probe(call())
      expect(connection.connections).toBeUndefined()
      expect(abilities.connections?.reason).toContain('management')
      expect(abilities.nodes).toMatchObject({ level: 'none' })
    } finally {
      await connection.close()
    }
  })
})
