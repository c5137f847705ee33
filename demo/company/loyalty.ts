import type { Worker } from '../desk.ts'
import { consume } from '../world/rabbitmq.ts'

class PointsError extends Error {
  override readonly name = 'PointsError'
}

/** The other copy of the fan-out: shipping knows neither of the two, and one that is broken does not hold up the other. */
export const loyalty: Worker = {
  name: 'loyalty',
  about: 'Fan-out, second copy: points for every parcel.',
  needs: ['rabbitmq'],
  role: 'consumer',
  start: (desk) =>
    consume(desk.at('rabbitmq'), {
      name: desk.name,
      queue: 'loyalty',
      prefetch: 50,
      async handle(message, channel) {
        try {
          await desk.mishap(() => new PointsError('the points service has no such customer'))
        } catch {
          desk.count('dead')
          return channel.reject(message, false)
        }
        desk.count('done')
        channel.ack(message)
      },
    }),
}
