import type { Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { describeCode } from './errors.ts'
import { describeLogDirsApi } from './protocol/admin.ts'
import type { Metadata, TopicMeta } from './protocol/metadata.ts'

export interface LogSizes {
  /** `topic` → `partition` → bytes of the leader's replica. */
  readonly bytes: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** Why what is missing is missing. */
  readonly reason: string
}

/** Sizes on disk from the log directories: one request a broker. `topics` null asks for everything. */
export async function readLogSizes(
  cluster: Cluster,
  metadata: Metadata,
  topics: readonly TopicMeta[] | null,
  call: Call,
): Promise<LogSizes> {
  const leaders = new Map(
    metadata.topics.map((topic) => [
      topic.name,
      new Map(topic.partitions.map((row) => [row.partition, row.leader])),
    ]),
  )
  const asked =
    topics?.map((topic) => ({
      topic: topic.name,
      partitions: topic.partitions.map((row) => row.partition),
    })) ?? null
  const bytes = new Map<string, Map<number, number>>()
  let reason = 'the leader told no size'
  await Promise.all(
    metadata.brokers.map(async ({ id }) => {
      try {
        const { error, dirs } = await cluster.node(id, describeLogDirsApi, { topics: asked }, call)
        if (error !== 0) reason = describeCode(error)
        for (const dir of dirs) {
          if (dir.error !== 0) reason = describeCode(dir.error)
          for (const row of dir.partitions) {
            if (row.future || leaders.get(row.topic)?.get(row.partition) !== id) continue
            const rows = bytes.get(row.topic) ?? new Map<number, number>()
            bytes.set(row.topic, rows)
            rows.set(row.partition, Number(row.bytes))
          }
        }
      } catch (error) {
        if (call.signal.aborted) throw error
        reason = error instanceof Error ? error.message : String(error)
      }
    }),
  )
  return { bytes, reason }
}

/** The topic's size when every partition's is known, by topic. */
export function sumSizes(sizes: LogSizes, topics: readonly TopicMeta[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>()
  for (const topic of topics) {
    const rows = sizes.bytes.get(topic.name)
    let total = 0
    let known = topic.partitions.length > 0
    for (const { partition } of topic.partitions) {
      const size = rows?.get(partition)
      if (size === undefined) known = false
      else total += size
    }
    if (known) totals.set(topic.name, total)
  }
  return totals
}
