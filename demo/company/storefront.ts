import type { Worker } from '../desk.ts'
import { keepPace } from '../patterns/pace.ts'
import { openPublisher } from '../world/rabbitmq.ts'
import { ordersExchange } from '../world/topology-rabbitmq.ts'
import { makeOrder } from './order.ts'

/** Share of all orders that come from people; the rest is wholesale. */
const share = 0.8

/** Topic routing: says what happened and where (`order.placed.eu`), and knows nobody who listens. */
export const storefront: Worker = {
  name: 'storefront',
  about: 'Sells to people: publishes order.placed.<region> to the topic exchange shop.orders.',
  needs: ['rabbitmq'],
  role: 'producer',
  async start(desk) {
    const publisher = await openPublisher(desk.at('rabbitmq'), desk.name)
    const sell = async () => {
      await desk.mishap(() => new Error('the storefront is closed'))
      const order = makeOrder('r')
      await publisher.publish(ordersExchange, `order.placed.${order.region}`, order, {
        messageId: order.id,
        type: 'placed',
      })
      desk.count('done')
    }
    const stop = keepPace(
      () => desk.rate() * share,
      sell,
      () => desk.count('failed'),
    )
    return async () => {
      await stop()
      await publisher.close()
    }
  },
}
