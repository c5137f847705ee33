import { connect } from 'amqplib'
import { retryDelaysMs, retryQueueOf } from '../patterns/retry.ts'

/** Topic: `order.placed.eu`, `order.paid.us`, `receipt.eu` … go wherever a pattern matches. */
export const ordersExchange = 'shop.orders'
/** Fan-out: each bound queue gets its own copy, whoever they are. */
export const parcelsExchange = 'shop.parcels'

/** No queue grows without end: an hour without its consumer costs this many messages, not the disk. */
const workLength = 20_000
const deadLength = 2_000

interface Queue {
  readonly name: string
  /** Topic patterns, or `#` of the fan-out. */
  readonly from?: readonly (readonly [exchange: string, pattern: string])[]
  readonly arguments?: Readonly<Record<string, unknown>>
}

const queues: readonly Queue[] = [
  { name: 'payments', from: [[ordersExchange, 'order.placed.#']] },
  // Quorum queues count deliveries: a message that is given back for the fourth time is dead-lettered by the broker.
  {
    name: 'shipping',
    from: [[ordersExchange, 'order.paid.#']],
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
  },
  {
    name: 'invoices.eu',
    from: [
      [ordersExchange, 'order.paid.eu'],
      [ordersExchange, 'receipt.eu'],
    ],
  },
  { name: 'mail', from: [[parcelsExchange, '']] },
  { name: 'loyalty', from: [[parcelsExchange, '']] },
  // An answer after five seconds is for nobody: the message expires, and the dead letters count lost customers.
  { name: 'quotes', arguments: { 'x-message-ttl': 5_000 } },
  // Clicks are cheap: beyond 200 the oldest is dropped from the head, into the dead letters.
  { name: 'clicks', arguments: { 'x-max-length': 200 } },
]

/** Declares everything; what is there already alike stays as it is. `hasKafka`: whether somebody reads `journal`. */
export async function declareRabbitmq(url: string, hasKafka: boolean): Promise<void> {
  const connection = await connect(url)
  try {
    const channel = await connection.createChannel()
    await channel.assertExchange(ordersExchange, 'topic', { durable: true })
    await channel.assertExchange(parcelsExchange, 'fanout', { durable: true })
    const journal: Queue = { name: 'journal', from: [[ordersExchange, 'order.#']] }
    for (const { name, from = [], arguments: own } of hasKafka ? [...queues, journal] : queues) {
      await channel.assertQueue(`${name}.dlq`, { durable: true, maxLength: deadLength })
      await channel.assertQueue(name, {
        durable: true,
        deadLetterExchange: '',
        deadLetterRoutingKey: `${name}.dlq`,
        arguments: { 'x-max-length': workLength, ...own },
      })
      for (const [exchange, pattern] of from) await channel.bindQueue(name, exchange, pattern)
    }
    for (const [tried, delayMs] of retryDelaysMs.entries()) {
      // Nobody consumes these: a message waits out its TTL and is dead-lettered back to where it came from.
      await channel.assertQueue(retryQueueOf('payments', tried) ?? '', {
        durable: true,
        messageTtl: delayMs,
        deadLetterExchange: '',
        deadLetterRoutingKey: 'payments',
        maxLength: workLength,
      })
    }
  } finally {
    await connection.close()
  }
}
