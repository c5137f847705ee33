import type { Worker } from '../desk.ts'
import { keepPace } from '../patterns/pace.ts'
import { openRedis } from '../world/redis.ts'
import { arrivals, arrivalsLength } from '../world/topology-redis.ts'
import { skus } from './order.ts'

/** One pallet in fifty is damaged: no driver can put it away, however often it is tried. */
const damagedShare = 0.02

/** Pallets that arrive: entries of a stream that is trimmed as it grows. */
export const suppliers: Worker = {
  name: 'suppliers',
  about: 'Bring pallets: entries of the Redis stream warehouse:arrivals, trimmed to about 5 000.',
  needs: ['redis'],
  role: 'producer',
  async start(desk) {
    const redis = openRedis(desk.at('redis'), desk.name)
    let pallets = 0
    const bring = async () => {
      await desk.mishap(() => new Error('the lorry is late'))
      pallets += 1
      const body = {
        pallet: pallets,
        sku: skus[pallets % skus.length],
        damaged: Math.random() < damagedShare,
      }
      await redis.xadd(arrivals, 'MAXLEN', '~', arrivalsLength, '*', 'body', JSON.stringify(body))
      desk.count('done')
    }
    const stop = keepPace(
      () => desk.rate() / 2,
      bring,
      () => desk.count('failed'),
    )
    return async () => {
      await stop()
      redis.disconnect()
    }
  },
}
