import type { Producer } from 'kafkajs'
import type { Desk, Worker } from '../desk.ts'
import { kafkaFailureHeaders } from '../patterns/dead-letter.ts'
import { CompensationError, runSaga, type SagaEvent } from '../patterns/saga.ts'
import { openKafka, readRecords } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'
import { type Order, readJson } from './order.ts'
import type { OrderEvent } from './order-events.ts'
import { type Books, CreditRefusedError, stepsOf } from './wholesale-services.ts'

const group = 'wholesale'
/** Steps as the log of orders calls them. */
const names: Readonly<Record<string, OrderEvent['type']>> = {
  'stock done': 'stock-reserved',
  'stock undone': 'stock-released',
  'credit done': 'credit-approved',
  'credit undone': 'credit-released',
}

/**
 * Saga: a request becomes events of its order, step by step, and a step that fails is answered by those that take
 * the earlier ones back. Refused credit is an end like any other; where a service is down the request is taken back
 * too and then dead-lettered, so that it can be sent again when the service is up.
 */
export const wholesale: Worker = {
  name: 'wholesale',
  about: 'Saga of three steps: stock, credit, freight; takes them back in reverse when one fails.',
  needs: ['kafka'],
  role: 'consumer',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const books: Books = { reserved: new Map(), owed: 0 }
    const stop = await readRecords(desk.at('kafka'), {
      name: desk.name,
      group,
      topics: [topics.requests],
      async handle(message, place) {
        let error: Error | null
        try {
          error = await decide(desk, books, producer, readJson<Order>(message.value))
        } catch (thrown) {
          // Kafka itself is away: the record is not to blame, and comes again.
          if (!(thrown instanceof CompensationError || thrown instanceof SyntaxError)) throw thrown
          error = thrown
        }
        if (error === null) return desk.count('done')
        const headers = kafkaFailureHeaders(error, { ...place, group, attempts: 1 })
        const { key, value } = message
        await producer.send({ topic: topics.requestsDead, messages: [{ key, value, headers }] })
        desk.count('dead')
      },
    })
    return async () => {
      await stop()
      await producer.disconnect()
    }
  },
}

/** Null when the order has come to an end, good or bad; the error when somebody should look at it. */
async function decide(desk: Desk, books: Books, producer: Producer, order: Order): Promise<Error | null> {
  const append = (type: OrderEvent['type'], reason?: string) => {
    const { id: orderId, sku, quantity, total } = order
    const event: OrderEvent = { type, orderId, at: new Date().toISOString(), sku, quantity, total }
    const value = JSON.stringify(reason === undefined ? event : { ...event, reason })
    return producer.send({ topic: topics.events, messages: [{ key: order.id, value }] })
  }
  const record = async ({ step, what }: SagaEvent) => {
    const type = names[`${step} ${what}`]
    if (type !== undefined) await append(type)
  }
  const ship = async (one: Order) => {
    await producer.send({ topic: topics.shipments, messages: [{ key: one.id, value: JSON.stringify(one) }] })
  }
  // Known: it came again after a crash between the work and the commit.
  if (await desk.ledger.has(group, order.id)) return null
  await append('placed')
  const end = await runSaga(stepsOf(desk, books, ship), order, record)
  await append(end.ok ? 'confirmed' : 'rejected', end.ok ? undefined : end.error.message)
  // Not entered where a service was down: sent again, it shall run again.
  if (!end.ok && !(end.error instanceof CreditRefusedError)) return end.error
  await desk.ledger.enter(group, order.id)
  return null
}
