import type { Worker } from '../desk.ts'
import { keepPace } from '../patterns/pace.ts'
import { openKafka } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'
import { makeOrder } from './order.ts'

/** Shops that buy by the pallet: requests into a topic, keyed by order. */
export const wholesaleDesk: Worker = {
  name: 'wholesale-desk',
  about: 'Takes requests of other shops into the topic wholesale.requests.',
  needs: ['kafka'],
  role: 'producer',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const take = async () => {
      await desk.mishap(() => new Error('the desk is not staffed'))
      const order = makeOrder('w')
      await producer.send({
        topic: topics.requests,
        messages: [{ key: order.id, value: JSON.stringify(order) }],
      })
      desk.count('done')
    }
    const stop = keepPace(
      () => desk.rate() / 5,
      take,
      () => desk.count('failed'),
    )
    return async () => {
      await stop()
      await producer.disconnect()
    }
  },
}
