import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Desk, Worker } from '../desk.ts'
import { amqpFailureHeaders, errorOf } from '../patterns/dead-letter.ts'
import { once } from '../patterns/idempotent.ts'
import { guardCalls, PermanentError, retryQueueOf } from '../patterns/retry.ts'
import { consume, publishTo } from '../world/rabbitmq.ts'
import { ordersExchange } from '../world/topology-rabbitmq.ts'
import { badCurrency, type Order, readJson } from './order.ts'

const queue = 'payments'
const triedHeader = 'x-tried'

class GatewayDownError extends Error {
  override readonly name = 'GatewayDownError'
}
class UnknownCurrencyError extends PermanentError {
  override readonly name = 'UnknownCurrencyError'
}

/** The card company. It knows orders by their id, so that asking twice charges once. */
async function chargeCard(desk: Desk, order: Order): Promise<void> {
  await desk.mishap(() => new GatewayDownError('the payment gateway answered 503 Service Unavailable'))
  if (order.currency === badCurrency) throw new UnknownCurrencyError(`no such currency: ${order.currency}`)
}

/**
 * Work queue. In order: retries in the process for a blip, a circuit breaker for an outage, retry queues for what
 * takes seconds, and the dead-letter queue with the error in headers for what nothing has helped.
 */
export const payments: Worker = {
  name: 'payments',
  about: 'Charges each order once. Retries, circuit breaker, retry queues; then payments.dlq with the error.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start(desk) {
    const guarded = guardCalls()
    const pay = async (order: Order) => {
      const isNew = await once(desk.ledger, 'payments', order.id, () =>
        guarded(() => chargeCard(desk, order)),
      )
      desk.count(isNew ? 'done' : 'skipped')
    }
    return consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue,
      prefetch: 20,
      async handle(message, channel) {
        try {
          const order = readJson<Order>(message.content)
          await pay(order)
          // Said before the ack: a crash in between says it twice, the other order would never say it.
          const paid = { messageId: order.id, type: 'paid' }
          await publishTo(channel, ordersExchange, `order.paid.${order.region}`, order, paid)
        } catch (thrown) {
          await giveAway(desk, message, channel, errorOf(thrown))
        }
        channel.ack(message)
      },
    })
  },
}

/** Sends it to a retry queue or, where that was done often enough or cannot help, to the dead letters. */
async function giveAway(
  desk: Desk,
  message: ConsumeMessage,
  channel: ConfirmChannel,
  error: Error,
): Promise<void> {
  const tried = Number(message.properties.headers?.[triedHeader] ?? 0)
  const isHopeless = error instanceof PermanentError || error instanceof SyntaxError
  const retryQueue = isHopeless ? null : retryQueueOf(queue, tried)
  const { messageId, type } = message.properties
  // New headers instead of the old ones with an addition: the broker's record of the retry queues it passed
  // (x-death) would name a retry queue as the place it died in.
  const headers =
    retryQueue === null
      ? amqpFailureHeaders(error, { queue, worker: desk.name, attempts: tried + 1 })
      : { [triedHeader]: tried + 1 }
  await publishTo(channel, '', retryQueue ?? `${queue}.dlq`, message.content, { messageId, type, headers })
  desk.count(retryQueue === null ? 'dead' : 'failed')
}
