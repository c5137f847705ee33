import type { Worker } from '../desk.ts'
import { amqpFailureHeaders, errorOf } from '../patterns/dead-letter.ts'
import { once } from '../patterns/idempotent.ts'
import { consume, publishTo } from '../world/rabbitmq.ts'
import { type Order, readJson } from './order.ts'

class SmtpError extends Error {
  override readonly name = 'SmtpError'
}

/** Idempotent consumer: parcels are announced twice now and then, and nobody wants the mail twice. */
export const mail: Worker = {
  name: 'mail',
  about: 'Fan-out, first copy: one mail a parcel, though some are announced twice.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start: (desk) =>
    consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'mail',
      prefetch: 50,
      async handle(message, channel) {
        try {
          const order = readJson<Order>(message.content)
          const isNew = await once(desk.ledger, 'mail', order.id, () =>
            desk.mishap(() => new SmtpError('554 5.7.1 relay access denied')),
          )
          desk.count(isNew ? 'done' : 'skipped')
        } catch (thrown) {
          const giving = { queue: 'mail', worker: desk.name, attempts: 1 }
          const { messageId } = message.properties
          const headers = amqpFailureHeaders(errorOf(thrown), giving)
          await publishTo(channel, '', 'mail.dlq', message.content, { messageId, headers })
          desk.count('dead')
        }
        channel.ack(message)
      },
    }),
}
