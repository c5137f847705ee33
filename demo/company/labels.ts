import type { KafkaMessage } from 'kafkajs'
import type { Worker } from '../desk.ts'
import { errorOf, kafkaFailureHeaders } from '../patterns/dead-letter.ts'
import { openKafka, type Place, readRecords } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'
import { type Order, readJson } from './order.ts'

const group = 'label-printer'

class UnreadableShipmentError extends Error {
  override readonly name = 'UnreadableShipmentError'
}

/**
 * The stuck partition. Broken, as it begins, this worker does not skip: it tries the poison record every two
 * seconds, for ever, and everything behind it in that partition waits while the other three go on. Healed it does
 * what it should have done: the record goes to the dead-letter topic and the partition moves.
 */
export const labels: Worker = {
  name: 'labels',
  about: 'The group label-printer: broken it never skips what it cannot read, so one partition is stuck.',
  needs: ['kafka'],
  role: 'consumer',
  begins: 'broken',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const bury = async (message: KafkaMessage, place: Place, cause: unknown) => {
      const error = new UnreadableShipmentError('no label can be printed from this', {
        cause: errorOf(cause),
      })
      desk.count('failed')
      await desk.mishap(() => error)
      const headers = kafkaFailureHeaders(error, { ...place, group, attempts: 1 })
      const { key, value } = message
      await producer.send({ topic: topics.shipmentsDead, messages: [{ key, value, headers }] })
      desk.count('dead')
    }
    const stop = await readRecords(desk.at('kafka'), {
      name: desk.name,
      group,
      topics: [topics.shipments],
      async handle(message, place) {
        try {
          readJson<Order>(message.value)
        } catch (error) {
          return bury(message, place, error)
        }
        desk.count('done')
      },
    })
    return async () => {
      await stop()
      await producer.disconnect()
    }
  },
}
