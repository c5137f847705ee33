import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, type DeadLetterEdge, newCall } from '../contract/index.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { connectTo, createVhost, optionsFor, removeVhost } from './testing/harness.ts'
import { askHttp, Raw } from './testing/raw.ts'

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

const shown = ({ from, to, role }: DeadLetterEdge) => `${from.name} ${role} ${to?.name ?? 'dropped'}`

it('reads where rejects go from arguments and policies, and tells retry queues from the rest', async () => {
  await raw.withChannel(async (channel) => {
    await channel.assertExchange('dlx', 'direct')
    await channel.assertExchange('inner', 'topic')
    await channel.bindExchange('inner', 'dlx', 'shipping')
    const deadTo = (exchange: string, key?: string, ttl?: number) => ({
      durable: true,
      arguments: {
        'x-dead-letter-exchange': exchange,
        ...(key === undefined ? {} : { 'x-dead-letter-routing-key': key }),
        ...(ttl === undefined ? {} : { 'x-message-ttl': ttl }),
      },
    })
    // By argument, with and without a key.
    await channel.assertQueue('orders', deadTo('dlx', 'orders.failed'))
    await channel.assertQueue('orders.dlq')
    await channel.bindQueue('orders.dlq', 'dlx', 'orders.failed')
    await channel.assertQueue('shipping', deadTo('dlx'))
    await channel.assertQueue('shipping.dlq', { durable: true, arguments: { 'x-queue-type': 'stream' } })
    await channel.bindQueue('shipping.dlq', 'inner', 'ship.#')
    await channel.bindQueue('shipping.dlq', 'inner', 'shipping')
    // A circle through a retry queue; the last failure goes elsewhere by the worker's own hand.
    await channel.assertQueue('mail', deadTo('', 'mail.retry'))
    await channel.assertQueue('mail.retry', deadTo('', 'mail', 30_000))
    // Nobody is bound, and nothing exists.
    await channel.assertQueue('lost', deadTo('dlx', 'nobody'))
    await channel.assertQueue('nowhere', deadTo('absent'))
    await channel.assertQueue('plain')
    await channel.assertQueue('billing')
    await channel.assertQueue('billing.dead')
    await channel.assertQueue('push')
    await channel.assertQueue('push.wait', deadTo('', 'push'))
  })
  const policy = (kind: string, name: string, definition: Record<string, unknown>) =>
    askHttp(instance, 'PUT', `/${kind}/${raw.vhost}/${name}`, {
      pattern: `^${name.replaceAll('.', '\\.')}$`,
      definition,
      'apply-to': 'queues',
    })
  await policy('policies', 'billing', {
    'dead-letter-exchange': '',
    'dead-letter-routing-key': 'billing.dead',
  })
  // A retry queue that only an operator policy makes one.
  await policy('policies', 'push', { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'push.wait' })
  await policy('operator-policies', 'push.wait', { 'message-ttl': 5_000 })

  const edges = (await connection.deadLetters?.edges(newCall(10_000))) ?? []
  expect(edges.map(shown).toSorted()).toEqual([
    'billing dead-letter billing.dead',
    'lost dead-letter dropped',
    'mail dead-letter mail.retry',
    'mail.retry retry mail',
    'nowhere dead-letter dropped',
    'orders dead-letter orders.dlq',
    'push dead-letter push.wait',
    'push.wait retry push',
    'shipping dead-letter shipping.dlq',
  ])
  const by = (name: string) => edges.find((edge) => edge.from.name === name)
  expect(by('billing')?.evidence).toEqual({
    rule: 'topology',
    detail:
      'billing has dead-letter-exchange (default), key billing.dead by policy billing, which leads to billing.dead',
  })
  expect(by('nowhere')?.evidence.detail).toContain('does not exist')
  expect(by('lost')?.evidence.detail).toContain('no queue is bound')
  expect(by('shipping')?.to).toEqual({ type: 'stream', name: 'shipping.dlq', namespace: raw.vhost })
})
