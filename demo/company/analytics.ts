import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Worker } from '../desk.ts'
import { Batcher } from '../patterns/batch.ts'
import { consume } from '../world/rabbitmq.ts'

class WarehouseError extends Error {
  override readonly name = 'WarehouseError'
}
interface Click {
  readonly message: ConsumeMessage
  readonly channel: ConfirmChannel
}

const batchSize = 50
/** One write, of one row or of fifty. */
const writeMs = 60

/** Batching: acks come when the batch is written, so the prefetch must hold at least one whole batch. */
export const analytics: Worker = {
  name: 'analytics',
  about: 'Writes clicks in batches of 50, or of what half a second brought.',
  needs: ['rabbitmq'],
  role: 'consumer',
  async start(desk) {
    const batcher = new Batcher<Click>({
      size: batchSize,
      maxWaitMs: 500,
      flush: async (clicks) => {
        await desk.mishap(() => new WarehouseError('the column store refuses connections'))
        await sleep(writeMs)
        desk.count('done', clicks.length)
      },
    })
    return consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'clicks',
      prefetch: 2 * batchSize,
      async handle(message, channel) {
        try {
          await batcher.add({ message, channel })
        } catch {
          desk.count('dead')
          return channel.reject(message, false)
        }
        channel.ack(message)
      },
    })
  },
}
