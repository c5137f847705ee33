import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from '../desk.ts'
import { openKafka } from '../world/kafka.ts'
import { consume } from '../world/rabbitmq.ts'
import { topics } from '../world/topology-kafka.ts'
import { type Order, readJson } from './order.ts'
import type { OrderEvent } from './order-events.ts'

class JournalError extends Error {
  override readonly name = 'JournalError'
}

/**
 * Takes order events from RabbitMQ into the log of all events. The storefront could write to both itself, and one
 * day only one of the two would have it; here the ack waits for Kafka, so the log has each event at least once. The
 * key is the order: its events lie in one partition, in their order.
 */
export const journal: Worker = {
  name: 'journal',
  about: 'Copies order.# from RabbitMQ to the Kafka topic orders.events, keyed by order.',
  needs: ['rabbitmq', 'kafka'],
  role: 'consumer',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const stop = await consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'journal',
      prefetch: 100,
      async handle(message, channel) {
        try {
          await desk.mishap(() => new JournalError('the journal is closed for stocktaking'))
          const event = eventOf(message.properties.type, readJson<Order>(message.content))
          const value = JSON.stringify(event)
          await producer.send({ topic: topics.events, messages: [{ key: event.orderId, value }] })
        } catch (error) {
          desk.count('failed')
          if (error instanceof SyntaxError) return channel.reject(message, false)
          // Nothing is wrong with the message, so it goes back; a rest keeps that from turning in circles.
          await sleep(1_000)
          return channel.nack(message, false, true)
        }
        desk.count('done')
        channel.ack(message)
      },
    })
    return async () => {
      await stop()
      await producer.disconnect()
    }
  },
}

function eventOf(type: OrderEvent['type'], order: Order): OrderEvent {
  const { id: orderId, sku, quantity, total } = order
  return { type, orderId, at: new Date().toISOString(), sku, quantity, total }
}
