import type { Worker } from '../desk.ts'
import { keepPace } from '../patterns/pace.ts'
import { openPublisher } from '../world/rabbitmq.ts'
import { ordersExchange } from '../world/topology-rabbitmq.ts'
import { makeOrder } from './order.ts'

/** One receipt in twenty is cut off: a poison payload, which no retry will ever make readable. */
const poisonShare = 0.05

/** Tills in the shops; the one in Lyon is old. */
export const tills: Worker = {
  name: 'tills',
  about: 'Publish receipt.eu; one receipt in twenty is cut off in the middle and can never be read.',
  needs: ['rabbitmq'],
  role: 'producer',
  async start(desk) {
    const publisher = await openPublisher(desk.at('rabbitmq'), desk.name)
    const print = async () => {
      await desk.mishap(() => new Error('the tills are closed'))
      const receipt = makeOrder('t')
      const text = JSON.stringify(receipt)
      const sent = Math.random() < poisonShare ? text.slice(0, text.length / 2) : text
      await publisher.publish(ordersExchange, 'receipt.eu', Buffer.from(sent), { messageId: receipt.id })
      desk.count('done')
    }
    const stop = keepPace(
      () => desk.rate() / 5,
      print,
      () => desk.count('failed'),
    )
    return async () => {
      await stop()
      await publisher.close()
    }
  },
}
