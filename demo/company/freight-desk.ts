import type { Worker } from '../desk.ts'
import { openKafka } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'
import { makeOrder } from './order.ts'

/** The partition the old system writes to. */
const partition = 2
const everyMs = 5 * 60_000

/** XML, as the freight system of 1998 writes it, into a topic in which everything else is JSON. */
const poison = '<shipment><order>1998</order><weight unit="kg">12</weight>'

/** A poison record now and then; behind the first the label printer's partition is stuck. */
export const freightDesk: Worker = {
  name: 'freight-desk',
  about: 'An old system that writes a record nobody can read into partition 2 of shipments, every 5 minutes.',
  needs: ['kafka'],
  role: 'producer',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const write = async () => {
      try {
        await desk.mishap(() => new Error('the freight desk is closed'))
        // A good one in front: the group then has a commit there, and stands at the poison.
        const order = makeOrder('f')
        const messages = [
          { key: order.id, value: JSON.stringify(order), partition },
          { key: 'freight-1998', value: poison, partition },
        ]
        await producer.send({ topic: topics.shipments, messages })
        desk.count('done')
      } catch {
        desk.count('failed')
      }
    }
    let work = write()
    const timer = setInterval(() => {
      work = write()
    }, everyMs)
    return async () => {
      clearInterval(timer)
      await work
      await producer.disconnect()
    }
  },
}
