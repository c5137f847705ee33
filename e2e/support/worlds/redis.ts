import { Redis } from 'ioredis'
import { type OpenWorld, replayIdHeader } from './world.ts'

/** Streams; the dead-letter stream is named in the configuration, as nothing in Redis says it. */
export const openRedisWorld: OpenWorld = async (instance, name) => {
  const url = instance.urls.redis
  if (!url) throw new Error('the Redis instance names no address')
  const [origin, deadLetters] = [`${name}:orders`, `${name}:orders:dead`]
  const withClient = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url)
    try {
      return await work(client)
    } finally {
      client.disconnect()
    }
  }
  const read = (stream: string) =>
    withClient(async (client) => {
      const entries = await client.xrange(stream, '-', '+')
      return entries.map(([, fields]) => {
        const at = (field: string) => {
          const index = fields.findIndex((value, i) => i % 2 === 0 && value === field)
          return index < 0 ? null : (fields[index + 1] ?? null)
        }
        return { body: at('body') ?? '', replayId: at(replayIdHeader) }
      })
    })
  return {
    kind: 'redis',
    broker: {
      id: 'redis',
      kind: 'redis',
      url,
      deadLetters: [{ stream: deadLetters, origin, cause: 'error', attempts: 'tries' }],
    },
    origin,
    deadLetters,
    removes: true,
    seed: (count) =>
      withClient(async (client) => {
        // The worker's group makes the stream, as a worker does.
        await client.xgroup('CREATE', origin, 'workers', '$', 'MKSTREAM')
        const batch = client.pipeline()
        for (let i = 0; i < count; i += 1)
          batch.xadd(deadLetters, '*', 'body', `message ${i}`, 'error', 'card declined', 'tries', '3')
        await batch.exec()
      }),
    readOrigin: () => read(origin),
    readDeadLetters: async () => (await read(deadLetters)).map((entry) => entry.body),
    close: () => withClient(async (client) => void (await client.del(origin, deadLetters))),
  }
}
