import { Cluster, Redis } from 'ioredis'
import type { Header } from '../../../../lib/schemas/header.ts'
import type { BrokerInstance } from '../../../../scripts/brokers/index.ts'
import { bytesOfHeader, type DestinationRef, headerFromBytes } from '../../contract/index.ts'
import type { Flavour, RawDelivery, RawMessage } from '../../testing/harness.ts'

export type Raw = Redis | Cluster

/** The application's own client, straight from ioredis. */
export function openRaw(instance: BrokerInstance): Raw {
  if (instance.kind === 'redis')
    return quiet(
      new Redis(instance.urls.redis ?? '', { retryStrategy: () => 100, maxRetriesPerRequest: null }),
    )
  const nodes = (instance.urls.nodes ?? '').split(',').map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })
  return quiet(new Cluster(nodes, { clusterRetryStrategy: () => 100 }))
}

/** Tests stop the server under this client; it reconnects, and says nothing of it. */
function quiet<T extends Raw>(client: T): T {
  client.on('error', () => undefined)
  return client
}

export async function seedStream(
  raw: Raw,
  key: string | Buffer,
  fields: readonly (string | Buffer)[],
): Promise<string> {
  const id = await raw.xadd(key, '*', ...fields)
  if (id === null) throw new Error('XADD answered nothing')
  return id
}

export function fieldsFor(message: RawMessage): (string | Buffer)[] {
  const headers = message.headers.flatMap((header) => [header.name, Buffer.from(bytesOfHeader(header) ?? [])])
  return message.body === null ? headers : [...headers, 'body', Buffer.from(message.body)]
}

export async function readStream(raw: Raw, key: string): Promise<RawDelivery[]> {
  const rows = await raw.xrangeBuffer(key, '-', '+')
  return rows.map(([, flat]) => {
    const headers: Header[] = []
    let body: Buffer | null = null
    for (let at = 0; at + 1 < flat.length; at += 2) {
      const [name, value] = [String(flat[at]), flat[at + 1] ?? Buffer.alloc(0)]
      if (name === 'body') body = value
      else headers.push(headerFromBytes(name, value))
    }
    return { key: null, body, headers }
  })
}

async function createStream(raw: Raw, name: string): Promise<DestinationRef> {
  await raw.xgroup('CREATE', name, 'seed', '$', 'MKSTREAM')
  await raw.xgroup('DESTROY', name, 'seed')
  return { type: 'stream', name, namespace: '0' }
}

export function streamFlavour(raw: () => Raw): Flavour {
  return {
    label: 'stream',
    create: (name) => createStream(raw(), name),
    destroy: async (ref) => void (await raw().del(ref.name)),
    publish: async (ref, messages) => {
      for (const message of messages) await seedStream(raw(), ref.name, fieldsFor(message))
    },
    drain: (ref) => readStream(raw(), ref.name),
    count: (ref) => raw().xlen(ref.name),
    accepts: () => true,
    carries: {
      key: false,
      nullBody: false,
      headers: [
        { name: 'text', type: 'string', value: 'ünï 🐇' },
        { name: 'empty', type: 'string', value: '' },
        { name: 'twice', type: 'string', value: 'first' },
        { name: 'twice', type: 'string', value: 'second' },
        { name: 'bytes', type: 'bytes', value: Buffer.from([0, 255, 254]).toString('base64') },
      ],
      added: [],
    },
    shows: (message) => [...message.headers, headerFromBytes('body', message.body)],
    browse: { newest: true, position: true, time: 'exact' },
    claim: 'log',
    settles: 'removes',
    purge: true,
    tail: true,
    verify: true,
    manage: true,
    groups: {
      partitions: 1,
      seed: async (ref, name, committed) => {
        const client = raw()
        await client.xgroup('CREATE', ref.name, name, '0')
        const ids: string[] = []
        if (committed > 0) {
          const reply = await client.xreadgroup(
            'GROUP',
            name,
            'worker-1',
            'COUNT',
            committed,
            'STREAMS',
            ref.name,
            '>',
          )
          ids.push(...idsIn(reply))
          await client.xack(ref.name, name, ...ids)
        }
        const total = await client.xlen(ref.name)
        return {
          name,
          rows: [{ partition: 0, committed: ids.at(-1) ?? '0-0', lag: total - committed }],
          members: committed > 0 ? 1 : 0,
          dispose: async () => void (await client.xgroup('DESTROY', ref.name, name)),
        }
      },
    },
  }
}

function idsIn(reply: unknown): string[] {
  const stream: unknown = Array.isArray(reply) ? reply[0] : null
  const entries: unknown = Array.isArray(stream) ? stream[1] : null
  return Array.isArray(entries)
    ? entries.map((entry: unknown) => String(Array.isArray(entry) ? entry[0] : ''))
    : []
}
