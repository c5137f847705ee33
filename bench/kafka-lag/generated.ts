import type { Brokers } from '../../server/brokers/kafka/cluster.ts'
import { writeBatch } from '../../server/brokers/kafka/records/encode.ts'

export interface GeneratedSize {
  readonly topics: number
  readonly partitionsEach: number
  readonly groups: number
  /** Topics each group reads. */
  readonly topicsEach: number
  readonly brokers: number
}

/** What of a request an answer depends on. */
interface Asked {
  readonly groups?: readonly string[]
  readonly names?: readonly string[]
  readonly topics?: readonly {
    readonly topic: string
    readonly partitions: readonly AskedPartition[]
  }[]
}
interface AskedPartition {
  readonly partition: number
  readonly timestamp?: bigint
  readonly offset?: bigint
}

const pad = (index: number) => String(index).padStart(5, '0')

/**
 * Brokers that answer from memory, in the shape the decoders give: what is measured is everything the console does
 * with answers, and nothing of the network. Ends grow with every sample and every third group lags.
 */
export function generateBrokers(size: GeneratedSize): Brokers {
  const names = Array.from({ length: size.topics }, (_, i) => `generated.topic.${pad(i)}`)
  const groupIds = Array.from({ length: size.groups }, (_, i) => `generated.group.${pad(i)}`)
  const nodes = Array.from({ length: size.brokers }, (_, i) => ({
    id: i + 1,
    host: '127.0.0.1',
    port: 9092 + i,
  }))
  const partitions = Array.from({ length: size.partitionsEach }, (_, partition) => partition)
  let round = 0
  const endOf = (partition: number) => BigInt(1_000_000 + partition * 1_000 + round * 10)
  const topicsOf = (group: number) =>
    Array.from(
      { length: size.topicsEach },
      (_, i) => names[(group * size.topicsEach + i) % size.topics] ?? '',
    )
  const indexOf = (id: string) => Number(id.slice(-5))
  const ofNode = (node: number) => groupIds.filter((_, i) => (i % size.brokers) + 1 === node)

  const metadata = async () => ({
    brokers: nodes,
    clusterId: 'generated',
    controller: 1,
    topics: names.map((name, index) => ({
      error: 0,
      name,
      id: `id-${name}`,
      internal: false,
      operations: null,
      partitions: partitions.map((partition) => {
        const leader = ((index + partition) % size.brokers) + 1
        return { error: 0, partition, leader, replicas: [leader], inSync: [leader] }
      }),
    })),
  })

  const record = writeBatch(
    [{ key: null, value: Buffer.alloc(100), headers: [], timestampMs: Date.now() - 60_000 }],
    { id: 1n, epoch: 0, sequence: 0 },
  )
  const fetchOne = (topic: string, { partition, offset = 0n }: AskedPartition) => {
    const bytes = Buffer.from(record)
    bytes.writeBigInt64BE(offset, 0)
    return { topic, partition, error: 0, stableEnd: 0n, start: 0n, aborted: [], bytes }
  }

  const answers: Readonly<Record<string, (asked: Asked, node: number) => unknown>> = {
    metadata,
    describeQuorum: () => ({ error: 0, leader: 1 }),
    describeConfigs: ({ names: asked = [] }) =>
      asked.map((name) => ({
        name,
        error: 0,
        message: null,
        configs: [
          { name: 'cleanup.policy', value: 'delete', source: 5, sensitive: false },
          { name: 'retention.ms', value: '604800000', source: 5, sensitive: false },
        ],
      })),
    listGroups: (_, node) => ({
      error: 0,
      groups: ofNode(node).map((id) => ({ id, protocolType: 'consumer', state: 'Stable', type: 'consumer' })),
    }),
    consumerGroupDescribe: ({ groups = [] }) =>
      groups.map((id) => ({
        id,
        error: 0,
        message: null,
        state: 'Stable',
        epoch: 3,
        members: [
          {
            id: `member-of-${id}`,
            instance: null,
            client: 'worker',
            host: '/10.0.0.1',
            assigned: topicsOf(indexOf(id)).map((topic) => ({ topic, partitions })),
            subscribed: topicsOf(indexOf(id)),
          },
        ],
      })),
    offsetFetch: ({ groups = [] }) =>
      groups.map((id) => ({
        id,
        error: 0,
        topics: topicsOf(indexOf(id)).map((topic) => ({
          topic,
          partitions: partitions.map((partition) => {
            const behind = indexOf(id) % 3 === 0 ? 50n : 0n
            return { partition, offset: endOf(partition) - behind, error: 0 }
          }),
        })),
      })),
    listOffsets: ({ topics }) =>
      (topics ?? []).map(({ topic, partitions: rows }) => ({
        topic,
        partitions: rows.map(({ partition, timestamp }) => ({
          partition,
          error: 0,
          offset: timestamp === -2n ? 10n : endOf(partition),
        })),
      })),
    describeLogDirs: (_, node) => ({
      error: 0,
      dirs: [
        {
          error: 0,
          path: '/data',
          disk: { totalBytes: 1n << 40n, freeBytes: 1n << 39n },
          partitions: names.flatMap((topic, index) =>
            partitions
              .filter((partition) => ((index + partition) % size.brokers) + 1 === node)
              .map((partition) => ({ topic, partition, bytes: 1_000n, future: false })),
          ),
        },
      ],
    }),
    fetch: ({ topics }) => ({
      error: 0,
      throttledMs: 0,
      partitions: (topics ?? []).flatMap(({ topic, partitions: rows }) =>
        rows.map((row) => fetchOne(topic, row)),
      ),
    }),
  }
  const answer = async (name: string, asked: unknown, node: number) => {
    const give = answers[`${name.charAt(0).toLowerCase()}${name.slice(1)}`]
    if (!give) throw new Error(`no generated answer for ${name}`)
    return give((asked ?? {}) as Asked, node)
  }
  const generated = {
    metadata: async () => {
      round++
      return metadata()
    },
    any: (api: { name: string }, asked: unknown) =>
      api.name === 'Metadata' ? Promise.resolve({ topics: [], brokers: nodes }) : answer(api.name, asked, 1),
    node: (id: number, api: { name: string }, asked: unknown) => answer(api.name, asked, id),
    versionsOf: async () => ({ error: 0, apis: [], features: new Map([['metadata.version', 30]]) }),
  }
  return generated as unknown as Brokers
}
