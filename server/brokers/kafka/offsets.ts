import type { Call } from '../contract/index.ts'
import type { Brokers, Cluster, Lane } from './cluster.ts'
import { describeCode, errorOfCode, isStale, kafkaErrors } from './errors.ts'
import { earliest, latest, listOffsetsApi, type OffsetsQuery } from './protocol/list-offsets.ts'
import type { TopicMeta } from './protocol/metadata.ts'

/** An offset, or why the broker did not tell it, in its words. */
export type OffsetOrReason = { readonly offset: bigint } | { readonly reason: string; readonly code: number }
export type OffsetTable = ReadonlyMap<string, ReadonlyMap<number, OffsetOrReason>>

/**
 * Offsets at `timestamp` for every partition of `topics`: one request per leader, all in flight together.
 * A partition without leader, or of a broker that does not answer, gets a reason instead.
 */
export async function readOffsets(
  cluster: Pick<Brokers, 'node'>,
  topics: readonly TopicMeta[],
  timestamp: bigint,
  readCommitted: boolean,
  call: Call,
  lane: Lane = 'ask',
): Promise<OffsetTable> {
  const table = new Map<string, Map<number, OffsetOrReason>>()
  const byLeader = new Map<number, Map<string, OffsetsQuery['partitions'][number][]>>()
  for (const topic of topics) {
    const rows = new Map<number, OffsetOrReason>()
    table.set(topic.name, rows)
    for (const { partition, leader, error } of topic.partitions) {
      if (leader < 0) {
        const code = error || kafkaErrors.leaderNotAvailable
        rows.set(partition, { reason: describeCode(code), code })
        continue
      }
      const queries = byLeader.get(leader) ?? new Map<string, OffsetsQuery['partitions'][number][]>()
      byLeader.set(leader, queries)
      const list = queries.get(topic.name) ?? []
      queries.set(topic.name, list)
      list.push({ partition, timestamp })
    }
  }
  await Promise.all(
    [...byLeader].map(async ([leader, queries]) => {
      const asked = [...queries].map(([topic, partitions]) => ({ topic, partitions }))
      try {
        const answers = await cluster.node(
          leader,
          listOffsetsApi,
          { readCommitted, topics: asked },
          call,
          lane,
        )
        for (const { topic, partitions } of answers)
          for (const { partition, error, offset } of partitions)
            table
              .get(topic)
              ?.set(partition, error === 0 ? { offset } : { reason: describeCode(error), code: error })
      } catch (error) {
        if (call.signal.aborted) throw error
        const reason = error instanceof Error ? error.message : String(error)
        for (const { topic, partitions } of asked)
          for (const { partition } of partitions)
            table.get(topic)?.set(partition, { reason, code: kafkaErrors.leaderNotAvailable })
      }
    }),
  )
  return table
}

export function offsetIn(table: OffsetTable, topic: string, partition: number): bigint | null {
  const row = table.get(topic)?.get(partition)
  return row && 'offset' in row ? row.offset : null
}

/** Math.max knows no bigint. */
export const laterOf = (a: bigint, b: bigint): bigint => [a, b].reduce((x, y) => (y > x ? y : x))

export interface Bounds {
  readonly partition: number
  readonly leader: number
  readonly start: bigint
  readonly end: bigint
}
export interface TopicBounds {
  readonly topic: TopicMeta
  readonly bounds: readonly Bounds[]
  /** Partitions that cannot be read now, each with the broker's reason. */
  readonly missing: readonly { readonly partition: number; readonly reason: string; readonly code: number }[]
}

/** One topic's metadata; throws `not_found`, `forbidden` … in the broker's words. */
export async function readTopic(
  cluster: Cluster,
  name: string,
  call: Call,
  withOperations = false,
): Promise<TopicMeta> {
  const { topics } = await cluster.metadata([name], call, withOperations)
  const [topic] = topics
  if (!topic) throw errorOfCode(kafkaErrors.unknownTopicOrPartition, `topic ${name}`)
  if (topic.error !== 0 && !isStale(topic.error)) throw errorOfCode(topic.error, `topic ${name}`)
  return topic
}

/** Start and end (read committed unless told otherwise) of every partition as they are now. */
export async function readBounds(
  cluster: Cluster,
  name: string,
  call: Call,
  readCommitted = true,
): Promise<TopicBounds> {
  const topic = await readTopic(cluster, name, call)
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, [topic], earliest, false, call),
    readOffsets(cluster, [topic], latest, readCommitted, call),
  ])
  const bounds: Bounds[] = []
  const missing: { partition: number; reason: string; code: number }[] = []
  for (const { partition, leader } of topic.partitions) {
    const [start, end] = [starts.get(name)?.get(partition), ends.get(name)?.get(partition)]
    if (start && end && 'offset' in start && 'offset' in end)
      bounds.push({ partition, leader, start: start.offset, end: end.offset })
    else {
      const bad = [end, start].find((row) => row && 'reason' in row)
      const known =
        bad && 'reason' in bad ? bad : { reason: 'not answered', code: kafkaErrors.leaderNotAvailable }
      missing.push({ partition, reason: known.reason, code: known.code })
    }
  }
  return { topic, bounds, missing }
}
