import type { Worker } from '../desk.ts'
import { consume } from '../world/rabbitmq.ts'
import { type Order, readJson } from './order.ts'

class PrinterError extends Error {
  override readonly name = 'PrinterError'
}

/**
 * Takes what two topic patterns bring: `order.paid.eu` and `receipt.eu`. What cannot be read is rejected without
 * requeue; the broker moves it along and notes `rejected`, though not why: this worker does not say.
 */
export const invoices: Worker = {
  name: 'invoices',
  about: 'Writes invoices for the EU; rejects what it cannot read into invoices.eu.dlq.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start: (desk) =>
    consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'invoices.eu',
      prefetch: 50,
      async handle(message, channel) {
        try {
          await desk.mishap(() => new PrinterError('out of paper'))
          readJson<Order>(message.content)
        } catch {
          desk.count('dead')
          return channel.reject(message, false)
        }
        desk.count('done')
        channel.ack(message)
      },
    }),
}
