import { setTimeout as sleep } from 'node:timers/promises'
import amqplib from 'amqplib'
import { describe, expect, it } from 'vitest'
import { type BrokerInstance, killBroker, removeBroker, startBroker } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, newCall } from '../contract/index.ts'
import { type CountedFlavour, describeCounters } from '../testing/counters.ts'
import { eventually } from '../testing/suite/support.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import { connectTo, optionsFor } from './testing/harness.ts'
import { Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)
let instance: BrokerInstance
let raw: Raw
/** Every second instead of every five: the same numbers, sooner. */
const gatheredOften = { config: ['collect_statistics_interval = 1000'] }
const bodies = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: null, body: Buffer.from(`m${index}`), headers: [] }))

function counted(type: 'classic' | 'quorum' | 'stream'): CountedFlavour {
  const isStream = type === 'stream'
  return {
    label: `${type} ${isStream ? '' : 'queue'}`.trim(),
    counts: ['published', 'delivered', 'acked'],
    depth: isStream ? 'keeps' : 'waits',
    create: async (name) => {
      await raw.createQueue(name, { 'x-queue-type': type })
      return refTo(isStream ? 'stream' : 'queue', name, '/')
    },
    destroy: (ref) => raw.deleteQueue(ref.name),
    publish: (ref, messages) => publish(ref.name, messages),
    consume: (ref, take, ack) => consume(ref.name, take, ack, isStream),
  }
}

/** What a channel published that closes before it was gathered may never be counted: it stays open for a while. */
async function publish(queue: string, messages: number): Promise<void> {
  const model = await amqplib.connect(instance.urls.amqp ?? '')
  const channel = await model.createConfirmChannel()
  for (const { body } of bodies(messages)) channel.sendToQueue(queue, body, { persistent: true })
  await channel.waitForConfirms()
  await sleep(1_500)
  await model.close()
}

/** @returns once `take` messages came and the first `ack` of them were acknowledged; the rest stay with it. A stream gives whole chunks. */
async function consume(queue: string, take: number, ack: number, isStream: boolean) {
  const model = await amqplib.connect(instance.urls.amqp ?? '')
  const channel = await model.createChannel()
  // Room for what is kept, and no more: what is acknowledged makes room for the next.
  await channel.prefetch(take - ack)
  let taken = 0
  const { promise: all, resolve: done } = Promise.withResolvers<void>()
  const options = isStream ? { arguments: { 'x-stream-offset': 'first' } } : {}
  await channel.consume(
    queue,
    (message) => {
      if (!message) return
      taken += 1
      if (taken <= ack) channel.ack(message)
      if (taken === take) done()
    },
    options,
  )
  await all
  return { taken: () => taken, end: async () => void (await model.close().catch(() => undefined)) }
}

describeCounters({
  label: 'rabbitmq',
  setUp: async () => {
    instance = await ownBroker('rabbitmq', gatheredOften)
    raw = await Raw.open(instance, '/')
  },
  tearDown: async () => {
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
  },
  connect: () => connectTo(bothWays()),
  flavours: [counted('classic'), counted('quorum'), counted('stream')],
  restart: async () => {
    await killBroker(instance.dir)
    await startBroker('rabbitmq', { name: instance.name })
  },
  settleMs: 20_000,
})

/** Every vhost: broker-wide counts are those of the whole broker. */
function bothWays() {
  const { amqp, management } = optionsFor(instance, '/')
  return { amqp: new URL(amqp ?? '').href.replace(/\/%2F$/, ''), management }
}

describe('counts over the whole RabbitMQ', { timeout: 90_000 }, () => {
  let connection: BrokerConnection
  it('tells what reached no queue, and what died there by reason', async () => {
    instance = await ownBroker('rabbitmq', gatheredOften)
    raw = await Raw.open(instance, '/')
    connection = await connectTo(bothWays())
    try {
      const dead = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }
      await raw.createQueue('dead')
      await raw.createQueue('expiring', { ...dead, 'x-message-ttl': 50 })
      await raw.createQueue('short', { ...dead, 'x-max-length': 1 })
      await raw.createQueue('refused', dead)
      await raw.publish('expiring', bodies(2))
      await raw.publish('short', bodies(4))
      await raw.publish('refused', bodies(1))
      await raw.withChannel(async (channel) => {
        const message = await channel.get('refused')
        if (message) channel.reject(message, false)
        channel.publish('', 'nowhere', Buffer.from('lost'))
        channel.publish('', 'nowhere', Buffer.from('back'), { mandatory: true })
        await sleep(200)
      })
      const { counters } = await eventually(40_000, async () => {
        const sample = await connection.sample([], call())
        const values = Object.fromEntries(
          Object.entries(sample.counters ?? {}).map(([name, { value }]) => [name, value]),
        )
        expect(values).toMatchObject({
          published: '9',
          returned: '1',
          unroutable: '1',
          deadLetteredExpired: '2',
          deadLetteredMaxLength: '3',
          deadLetteredRejected: '1',
          deadLetteredDeliveryLimit: '0',
          deadLettered: '6',
        })
        return sample
      })
      expect(counters?.deadLettered?.survivesRestart).toBe(false)
    } finally {
      await connection.close()
      await raw.disconnect()
      await removeBroker(instance.dir)
    }
  })
})
