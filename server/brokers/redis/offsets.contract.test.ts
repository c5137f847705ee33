import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, encodeParts } from '../contract/index.ts'
import { describeOffsets } from '../testing/offsets.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { connectTo, optionsFor } from './testing/harness.ts'
import { openRaw } from './testing/raw.ts'

let instance: BrokerInstance
let raw: Redis
let connection: BrokerConnection
beforeAll(async () => {
  instance = await testBroker('redis')
  const opened = openRaw(instance)
  if (opened instanceof Cluster) throw new Error('one server is meant')
  raw = opened
  connection = await connectTo(optionsFor(instance))
})
afterAll(async () => {
  raw.disconnect()
  await connection.close()
})

async function positionOf(stream: string, group: string): Promise<string> {
  const rows = (await raw.xinfo('GROUPS', stream)) as unknown[][]
  const row = rows.find((one) => one[1] === group) ?? []
  return String(row[row.indexOf('last-delivered-id') + 1])
}

describeOffsets({
  label: 'Redis',
  partitions: 1,
  connection: () => connection,
  targets: ['earliest', 'latest', 'time', 'offset', 'shift', 'skip-one'],
  create: async (name) => ({ type: 'stream', name, namespace: '0' }),
  destroy: async ({ name }) => void (await raw.del(name)),
  fill: async ({ name }, timesMs) => {
    for (const ms of timesMs) await raw.xadd(name, `${ms}-0`, 'body', 'x')
  },
  positionAfter: async ({ name }, _partition, read) =>
    read === 0 ? '0-0' : ((await raw.xrange(name, '-', '+', 'COUNT', read)).at(-1)?.[0] ?? ''),
  rowName: ({ name }) => name,
  seed: async ({ name }, group, read) => {
    await raw.xgroup('CREATE', name, group, '0')
    await raw.xreadgroup('GROUP', group, 'gone', 'COUNT', read, 'NOACK', 'STREAMS', name, '>')
    await raw.xgroup('DELCONSUMER', name, group, 'gone')
    return {
      key: encodeParts([name, group]),
      positions: async () => [await positionOf(name, group)],
      join: async () => {
        const client = new Redis(instance.urls.redis ?? '', { connectionName: 'reader-1' })
        // Its own history: that it asks is seen, and nothing moves.
        await client.xreadgroup('GROUP', group, 'reader-1', 'COUNT', 1, 'STREAMS', name, '0')
        return {
          client: 'reader-1',
          leave: async () => {
            client.disconnect()
            await raw.xgroup('DELCONSUMER', name, group, 'reader-1')
          },
        }
      },
      dispose: async () => void (await raw.xgroup('DESTROY', name, group)),
    }
  },
})
