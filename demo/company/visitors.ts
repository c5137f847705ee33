import type { Worker } from '../desk.ts'
import { keepPace } from '../patterns/pace.ts'
import { openPublisher } from '../world/rabbitmq.ts'

const newsletterEveryMs = 15_000

/** People who look before they buy: steady clicks, a burst with every newsletter, and a price asked now and then. */
export const visitors: Worker = {
  name: 'visitors',
  about: 'Click (a burst every 15 s overflows the bounded queue clicks) and ask for prices (queue quotes).',
  needs: ['rabbitmq'],
  role: 'producer',
  async start(desk) {
    const publisher = await openPublisher(desk.at('rabbitmq'), desk.name)
    const failed = () => desk.count('failed')
    // Straight to one queue: the default exchange routes by its name.
    const click = async (page: string) => {
      await desk.mishap(() => new Error('nobody visits'))
      await publisher.publish('', 'clicks', { page, at: Date.now() })
      desk.count('done')
    }
    const ask = async () => {
      await desk.mishap(() => new Error('nobody visits'))
      await publisher.publish('', 'quotes', { sku: 'POT-LARGE', at: Date.now() })
      desk.count('done')
    }
    const newsletter = setInterval(() => {
      const opened = desk.rate() === 0 ? 0 : 400 + Math.round(desk.rate() * 2)
      for (let i = 0; i < opened; i += 1) click('/newsletter').catch(failed)
    }, newsletterEveryMs)
    const stops = [
      keepPace(desk.rate, () => click('/shop'), failed),
      keepPace(() => desk.rate() / 4, ask, failed),
    ]
    return async () => {
      clearInterval(newsletter)
      await Promise.all(stops.map((stop) => stop()))
      await publisher.close()
    }
  },
}
