import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerInstance } from '../../scripts/brokers/types.ts'
import { type BrokerConnection, encodeRef, newCall } from '../brokers/contract/index.ts'
import { connectTo, createVhost, optionsFor, removeVhost } from '../brokers/rabbitmq/testing/harness.ts'
import { testBroker } from '../brokers/testing/test-brokers.ts'
import { detectDeadLetters, hintsOf, readFailure } from './index.ts'

/** What the real broker writes and says, seeded by the raw client and read through the driver. */
describe('deaths on a real RabbitMQ', () => {
  let instance: BrokerInstance
  let vhost: string
  let connection: BrokerConnection
  let app: Awaited<ReturnType<typeof connect>>
  const refOf = (name: string) => ({ type: 'queue', name, namespace: vhost }) as const

  beforeAll(async () => {
    instance = await testBroker('rabbitmq')
    vhost = await createVhost(instance)
    connection = await connectTo(optionsFor(instance, vhost))
    app = await connect(`${instance.urls.amqp}/${vhost}`)
    const channel = await app.createChannel()
    await channel.assertExchange('dlx', 'direct')
    const to = (key: string) => ({ 'x-dead-letter-exchange': 'dlx', 'x-dead-letter-routing-key': key })
    await channel.assertQueue('orders', { arguments: to('wait') })
    await channel.assertQueue('wait', { arguments: { ...to('orders'), 'x-message-ttl': 100 } })
    await channel.assertQueue('bills', { arguments: to('bin') })
    await channel.assertQueue('bin')
    await channel.assertQueue('failed-jobs', { arguments: { 'x-dead-letter-exchange': 'nowhere' } })
    for (const [queue, key] of [
      ['wait', 'wait'],
      ['orders', 'orders'],
      ['bin', 'bin'],
    ] as const)
      await channel.bindQueue(queue, 'dlx', key)
    await channel.close()
  })
  afterAll(async () => {
    await app.close()
    await connection.close()
    await removeVhost(instance, vhost)
  })

  async function reject(queue: string): Promise<void> {
    const channel = await app.createChannel()
    await expect
      .poll(
        async () => {
          const got = await channel.get(queue)
          if (got) channel.nack(got, false, false)
          return got !== false
        },
        { timeout: 5_000 },
      )
      .toBe(true)
    await channel.close()
  }

  it('tells the dead-letter queue from the retry queue, and no queue by its name against topology', async () => {
    const { items } = await connection.listDestinations({ limit: 500 }, newCall(10_000))
    const edges = await connection.deadLetters?.edges(newCall(10_000))
    const found = detectDeadLetters(items, edges ?? [], [])
    const infoOf = (name: string) => found.get(encodeRef(refOf(name)))
    expect(infoOf('bin')).toMatchObject({
      isDeadLetter: true,
      evidence: [{ rule: 'topology' }],
      origins: [{ id: encodeRef(refOf('bills')), name: 'bills', namespace: vhost }],
    })
    expect(infoOf('bills')).toMatchObject({ isDeadLetter: false, target: { name: 'bin' } })
    expect(infoOf('wait')).toMatchObject({ isDeadLetter: false, role: 'retry', target: { name: 'orders' } })
    expect(infoOf('orders')).toMatchObject({ isDeadLetter: false, target: { name: 'wait' } })
    expect(infoOf('failed-jobs')).toMatchObject({ isDeadLetter: false, evidence: [{ rule: 'topology' }] })
    expect(hintsOf(edges ?? [], refOf('bin')).origins).toEqual([refOf('bills')])
  })

  it('reads origin, attempts and times of a message rejected over a retry loop', async () => {
    const channel = await app.createChannel()
    channel.sendToQueue('orders', Buffer.from('{"n":1}'), { headers: { tenant: 'a' } })
    const before = Date.now()
    for (let attempt = 0; attempt < 3; attempt += 1) await reject('orders')
    const page = await expect
      .poll(() => connection.browse?.read(refOf('orders'), { limit: 5, maxBytes: 1e6 }, newCall(5_000)), {
        timeout: 5_000,
      })
      .toMatchObject({ messages: [{ headers: expect.anything() }] })
      .then(() => connection.browse?.read(refOf('orders'), { limit: 5, maxBytes: 1e6 }, newCall(5_000)))
    const [died] = page?.messages ?? []
    const reading = died ? readFailure('rabbitmq', died) : null
    expect(reading?.failure).toMatchObject({
      reader: 'rabbitmq',
      reason: 'rejected',
      attempts: 3,
      origin: { destination: 'orders', exchange: '', routingKey: 'orders' },
    })
    expect(Math.abs(Date.parse(reading?.failure.firstAt ?? '') - before)).toBeLessThan(5_000)
    expect(reading?.failureHeaders.toSorted()).toEqual([
      'x-death',
      'x-first-death-exchange',
      'x-first-death-queue',
      'x-first-death-reason',
    ])
    await channel.close()
  })
})
