import { Redis } from 'ioredis'
import type { OpenPlace } from './place.ts'

/** A stream whose entries carry their body in the field `body`. */
export const openRedisPlace: OpenPlace = async (instance) => {
  const url = instance.urls.redis
  if (!url) throw new Error('the Redis instance names no address')
  const client = new Redis(url)
  return {
    label: 'Redis stream',
    broker: { id: 'redis', kind: 'redis', url },
    type: 'stream',
    isLog: true,
    partitions: 0,
    removes: true,
    // A stream is there with its first entry; a group that is taken away again leaves it empty.
    create: async (name) => {
      await client.xgroup('CREATE', name, 'making', '$', 'MKSTREAM')
      await client.xgroup('DESTROY', name, 'making')
    },
    put: async (name, messages) => {
      for (const { body, headers } of messages)
        await client.xadd(name, '*', ...Object.entries(headers ?? {}).flat(), 'body', body)
    },
    bodies: async (name) =>
      (await client.xrange(name, '-', '+')).map(([, fields]) => fields[fields.lastIndexOf('body') + 1] ?? ''),
    remove: async (name) => void (await client.del(name)),
    close: async () => client.disconnect(),
  }
}
