import type { Worker } from '../desk.ts'
import { consume, publishTo } from '../world/rabbitmq.ts'
import { ordersExchange, parcelsExchange } from '../world/topology-rabbitmq.ts'
import { badAddress, type Order, readJson } from './order.ts'

class NoSuchAddressError extends Error {
  override readonly name = 'NoSuchAddressError'
}
class CarrierError extends Error {
  override readonly name = 'CarrierError'
}

/** One parcel in fifty is announced twice, as happens when a confirmation gets lost on the way. */
const doubledShare = 0.02

/**
 * The plainest way to fail: give the message back and let the broker count. A quorum queue does; a classic one
 * would hand it out for ever, as fast as it can.
 */
export const shipping: Worker = {
  name: 'shipping',
  about: 'Quorum queue: gives back what it cannot ship; after three times the broker dead-letters it.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start: (desk) =>
    consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'shipping',
      prefetch: 20,
      async handle(message, channel) {
        try {
          await desk.mishap(() => new CarrierError('the carrier takes no parcels'))
          const order = readJson<Order>(message.content)
          if (order.address === badAddress) throw new NoSuchAddressError(order.address)
          const shipped = { messageId: order.id, type: 'shipped' }
          await publishTo(channel, ordersExchange, `order.shipped.${order.region}`, order, shipped)
          const times = Math.random() < doubledShare ? 2 : 1
          for (let i = 0; i < times; i += 1) await publishTo(channel, parcelsExchange, '', order, shipped)
        } catch {
          desk.count('failed')
          return channel.nack(message, false, true)
        }
        desk.count('done')
        channel.ack(message)
      },
    }),
}
