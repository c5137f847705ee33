import { BrokerError, type Call } from '../contract/index.ts'
import type { Brokers } from './cluster.ts'
import { describeCode } from './errors.ts'
import { describeLogDirsApi } from './protocol/admin.ts'
import type { Metadata, TopicMeta } from './protocol/metadata.ts'

/** A directory of logs as its broker tells it. */
export interface DirectoryUse {
  readonly path: string
  readonly error: number
  readonly bytes: number
  readonly disk: { readonly totalBytes: bigint; readonly freeBytes: bigint } | null
}

export interface LogSizes {
  /** `topic` → `partition` → bytes of the leader's replica. */
  readonly bytes: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** By broker: its directories, or why it did not tell them; `isSilent` when it did not answer at all. */
  readonly directories: ReadonlyMap<
    number,
    { readonly rows: readonly DirectoryUse[] } | { readonly reason: string; readonly isSilent: boolean }
  >
  /** Why what is missing is missing. */
  readonly reason: string
}

/** Sizes on disk from the log directories: one request a broker. `topics` null asks for everything. */
export async function readLogSizes(
  cluster: Pick<Brokers, 'node'>,
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
  const directories = new Map<number, { rows: DirectoryUse[] } | { reason: string; isSilent: boolean }>()
  let reason = 'the leader told no size'
  await Promise.all(
    metadata.brokers.map(async ({ id }) => {
      try {
        const { error, dirs } = await cluster.node(id, describeLogDirsApi, { topics: asked }, call)
        if (error !== 0) reason = describeCode(error)
        const uses: DirectoryUse[] = []
        directories.set(id, error === 0 ? { rows: uses } : { reason: describeCode(error), isSilent: false })
        for (const dir of dirs) {
          if (dir.error !== 0) reason = describeCode(dir.error)
          let used = 0
          for (const row of dir.partitions) used += Number(row.bytes)
          uses.push({ path: dir.path, error: dir.error, bytes: used, disk: dir.disk })
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
        const code = error instanceof BrokerError ? error.code : null
        directories.set(id, { reason, isSilent: code === 'unreachable' || code === 'timeout' })
      }
    }),
  )
  return { bytes, directories, reason }
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
