import { Redis } from 'ioredis'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { type Arena, bodyOf, type Field } from './arena.ts'

const field: Field = { source: 'bench:source', target: 'bench:target' }
const batch = 1000
const page = 500

/** Moves one page inside the server, with nothing written down and nothing asked. */
const movePage = `
local entries = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1])
local ids = {}
for index, entry in ipairs(entries) do
  redis.call('XADD', KEYS[2], '*', unpack(entry[2]))
  ids[index] = entry[1]
end
if #ids > 0 then redis.call('XDEL', KEYS[1], unpack(ids)) end
return #ids`

/** Streams; the peer never lets a message leave the server. */
export async function openRedisArena(instance: BrokerInstance): Promise<Arena> {
  const { redis: url = '' } = instance.urls
  const client = new Redis(url)
  for (const stream of [field.source, field.target])
    await client.xgroup('CREATE', stream, 'workers', '$', 'MKSTREAM')
  return {
    kind: 'redis',
    label: 'Redis, stream → stream',
    broker: { id: 'redis', kind: 'redis', url },
    peers: [
      {
        id: 'lua',
        label: `server-side Lua, ${page} entries a call`,
        async run({ source, target }) {
          const startedAt = performance.now()
          while (Number(await client.eval(movePage, 2, source, target, page)) > 0);
          return performance.now() - startedAt
        },
      },
    ],
    async prepare(count) {
      for (const stream of [field.source, field.target]) await client.xtrim(stream, 'MAXLEN', 0)
      for (let from = 0; from < count; from += batch) {
        const pipeline = client.pipeline()
        for (let i = from; i < Math.min(count, from + batch); i += 1)
          pipeline.xadd(field.source, '*', 'body', bodyOf(i))
        await pipeline.exec()
      }
      return field
    },
    async check(_field, count) {
      const [target, source] = [await client.xlen(field.target), await client.xlen(field.source)]
      if (target !== count || source !== 0)
        throw new Error(`${target} of ${count} entries arrived, ${source} wait in the source`)
    },
    close: async () => client.disconnect(),
  }
}
