import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from '../desk.ts'
import { errorOf, kafkaFailureHeaders } from '../patterns/dead-letter.ts'
import { openKafka, readRecords } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'
import { readJson, unknownSku } from './order.ts'
import type { OrderEvent } from './order-events.ts'

const group = 'stock-keeper'
const attempts = 3

class UnknownArticleError extends Error {
  override readonly name = 'UnknownArticleError'
}
class ScannerError extends Error {
  override readonly name = 'ScannerError'
}

/**
 * Reads the log of events and is the counterpart of the label printer: a record it cannot book goes to the
 * dead-letter topic after three tries, and the partition goes on. Order within the partition is what that costs.
 */
export const stockKeeper: Worker = {
  name: 'stock-keeper',
  about: 'Books stock from orders.events; what it cannot book goes to orders.events.DLT.',
  needs: ['kafka'],
  role: 'consumer',
  async start(desk) {
    const producer = openKafka(desk.at('kafka'), desk.name).producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const book = async (event: OrderEvent) => {
      await desk.mishap(() => new ScannerError('the scanner does not answer'))
      if (event.type === 'placed' && event.sku === unknownSku)
        throw new UnknownArticleError(`${event.sku} is not in the catalogue`)
    }
    const stop = await readRecords(desk.at('kafka'), {
      name: desk.name,
      group,
      topics: [topics.events],
      async handle(message, place) {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await book(readJson<OrderEvent>(message.value))
            return desk.count('done')
          } catch (thrown) {
            desk.count('failed')
            if (attempt < attempts) {
              await sleep(5 * 2 ** attempt)
              continue
            }
            const { key, value } = message
            const headers = kafkaFailureHeaders(errorOf(thrown), { ...place, group, attempts })
            await producer.send({ topic: topics.eventsDead, messages: [{ key, value, headers }] })
            return desk.count('dead')
          }
        }
      },
    })
    return async () => {
      await stop()
      await producer.disconnect()
    }
  },
}
