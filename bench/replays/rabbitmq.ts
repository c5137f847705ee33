import { setTimeout as sleep } from 'node:timers/promises'
import { type ConfirmChannel, connect } from 'amqplib'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { type Arena, bodyOf, type Field, type Peer } from './arena.ts'

const field: Field = { source: 'bench.source', target: 'bench.target' }
const window = 2000

/** The instance as it stands in signalbox.yaml. */
export function describeRabbitmq({ urls }: BrokerInstance): Arena['broker'] {
  return {
    id: 'rabbitmq',
    kind: 'rabbitmq',
    amqp: urls.amqp,
    management: urls.http?.replace('http://', 'http://guest:guest@'),
    prometheus: new URL(urls.prometheus ?? '').origin,
  }
}

/** Durable classic queues; the peer is a dynamic shovel inside the broker, acknowledging on confirm. */
export async function openRabbitmqArena(instance: BrokerInstance): Promise<Arena> {
  const { amqp = '', http = '' } = instance.urls
  const connection = await connect(amqp)
  connection.on('error', () => undefined)
  const channel = await connection.createConfirmChannel()
  for (const queue of [field.source, field.target]) await channel.assertQueue(queue, { durable: true })
  return {
    kind: 'rabbitmq',
    label: 'RabbitMQ, classic queue → classic queue',
    broker: describeRabbitmq(instance),
    peers: [1000, 3000].map((prefetch) => shovel(channel, http, amqp, prefetch)),
    async prepare(count) {
      for (const queue of [field.source, field.target]) await channel.purgeQueue(queue)
      await publish(channel, field.source, count)
      return field
    },
    async check(_field, count) {
      const at = {
        target: await countIn(channel, field.target),
        source: await countIn(channel, field.source),
      }
      if (at.target !== count || at.source !== 0)
        throw new Error(`${at.target} of ${count} messages arrived, ${at.source} wait in the source`)
    },
    close: () => connection.close(),
  }
}

async function publish(channel: ConfirmChannel, queue: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += window) {
    for (let i = from; i < Math.min(count, from + window); i += 1) {
      const properties = { persistent: true, messageId: `order-${i}`, contentType: 'application/json' }
      channel.sendToQueue(queue, Buffer.from(bodyOf(i)), properties)
    }
    await channel.waitForConfirms()
  }
}

async function countIn(channel: ConfirmChannel, queue: string): Promise<number> {
  return (await channel.checkQueue(queue)).messageCount
}

function shovel(channel: ConfirmChannel, http: string, uri: string, prefetch: number): Peer {
  const url = `${http}/api/parameters/shovel/%2F/bench-${prefetch}`
  const headers = {
    authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`,
    'content-type': 'application/json',
  }
  const call = async (method: string, body?: unknown) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(url, { method, headers, ...init })
    // While a shovel removes itself the management API may answer 500: asked again, it is gone.
    const isPassing = response.status === 404 || (method === 'GET' && response.status === 500)
    if (!response.ok && !isPassing)
      throw new Error(`${method} of the shovel answered ${response.status}: ${await response.text()}`)
    return response.status
  }
  return {
    id: `shovel-${prefetch}`,
    label: `dynamic shovel, on-confirm, prefetch ${prefetch}${prefetch === 1000 ? ' (its default)' : ''}`,
    async run({ source, target }, count) {
      const startedAt = performance.now()
      await call('PUT', {
        value: {
          'src-protocol': 'amqp091',
          'src-uri': uri,
          'src-queue': source,
          'src-prefetch-count': prefetch,
          'src-delete-after': 'queue-length',
          'dest-protocol': 'amqp091',
          'dest-uri': uri,
          'dest-queue': target,
          'ack-mode': 'on-confirm',
        },
      })
      while ((await countIn(channel, target)) < count) await sleep(10)
      const tookMs = performance.now() - startedAt
      await goneWithin(5_000, () => call('GET'))
      await call('DELETE')
      return tookMs
    },
  }
}

/** A shovel with `queue-length` removes itself after its last acknowledgement. */
async function goneWithin(ms: number, ask: () => Promise<number>): Promise<void> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(50)) if ((await ask()) === 404) return
}
