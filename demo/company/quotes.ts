import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from '../desk.ts'
import { consume } from '../world/rabbitmq.ts'

class CalculatorError extends Error {
  override readonly name = 'CalculatorError'
}

/** Four answers a second, whatever is asked: at a rate of 20 five are asked, and one a second expires. */
const thinkingMs = 250

/** One message at a time: with a prefetch of 1 what waits, waits in the queue, where it can expire. */
export const quotes: Worker = {
  name: 'quotes',
  about: 'Answers four prices a second; what waits longer than 5 s expires into quotes.dlq.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start: (desk) =>
    consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'quotes',
      prefetch: 1,
      async handle(message, channel) {
        try {
          await desk.mishap(() => new CalculatorError('division by zero'))
          await sleep(thinkingMs)
        } catch {
          desk.count('dead')
          return channel.reject(message, false)
        }
        desk.count('done')
        channel.ack(message)
      },
    }),
}
