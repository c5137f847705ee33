import type { Problem } from '../../../lib/schemas/problem.ts'
import type { OkReading, Readings } from '../../../lib/schemas/reading.ts'
import { type DestinationSample, ok, unavailable, unsupported } from '../contract/index.ts'
import { mayNot, operations } from './abilities.ts'
import { describeCode } from './errors.ts'
import { refOf } from './map.ts'
import type { OffsetTable } from './offsets.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import type { Retention } from './topic-facts.ts'

export interface TopicReads {
  readonly starts: OffsetTable
  readonly ends: OffsetTable
  /** Bytes of the leaders' replicas; null when the brokers did not tell. */
  readonly bytes: ReadonlyMap<string, number> | null
  readonly bytesReason: string
  readonly consumers: ReadonlyMap<string, number> | null
  readonly groups: ReadonlyMap<string, number> | null
  readonly gapsOf: (topic: string) => string | null
  readonly retentionOf: (topic: string) => Retention | null
  readonly atMs: number
}

const noQueue = unsupported('A log hands nothing out: every group has its own place in it, see its lag')
const noAge = unsupported('This topic drops no messages by age')
const noSize = unsupported('This topic drops no messages by size')

export function sampleTopic(topic: TopicMeta, reads: TopicReads): DestinationSample {
  const { atMs } = reads
  const sums = sumOffsets(topic, reads)
  const problems = problemsOf(topic, sums.missing)
  return {
    ref: refOf(topic.name),
    state: stateOf(topic),
    readings: readingsOf(topic, reads, sums),
    counters:
      sums.missing.length === 0
        ? { published: { value: `${sums.ends}`, atMs, epoch: topic.id, survivesRestart: true } }
        : {},
    incarnation: topic.id,
    ...(problems.length > 0 ? { problems } : {}),
  }
}

interface Sums {
  readonly ends: bigint
  readonly depth: bigint
  readonly missing: readonly { readonly partition: number; readonly reason: string }[]
}

function sumOffsets(topic: TopicMeta, reads: TopicReads): Sums {
  let ends = 0n
  let depth = 0n
  const missing: { partition: number; reason: string }[] = []
  for (const { partition } of topic.partitions) {
    const start = reads.starts.get(topic.name)?.get(partition)
    const end = reads.ends.get(topic.name)?.get(partition)
    if (start && end && 'offset' in start && 'offset' in end) {
      ends += end.offset
      depth += end.offset - start.offset
      continue
    }
    const bad = [end, start].find((row) => row && 'reason' in row)
    missing.push({ partition, reason: bad && 'reason' in bad ? bad.reason : 'not answered' })
  }
  return { ends, depth, missing }
}

function readingsOf(topic: TopicMeta, reads: TopicReads, sums: Sums): Readings {
  const { atMs } = reads
  const known = topic.partitions.length - sums.missing.length
  const bytes = reads.bytes?.get(topic.name)
  const [consumers, groups] = [reads.consumers, reads.groups]
  return {
    depth: depthOf(topic, reads, sums, known),
    ready: noQueue,
    unacked: noQueue,
    bytes: bytes === undefined ? unavailable(reads.bytesReason, atMs) : ok(bytes, 'bytes', atMs),
    partitions:
      topic.error === 0
        ? ok(topic.partitions.length, 'partitions', atMs)
        : unavailable(describeCode(topic.error), atMs),
    consumers: consumers
      ? ok(consumers.get(topic.name) ?? 0, 'consumers', atMs)
      : unavailable('the groups could not be read', atMs),
    groups: groups
      ? ok(groups.get(topic.name) ?? 0, 'groups', atMs)
      : unavailable('the groups could not be read', atMs),
    ...retentionReadings(reads.retentionOf(topic.name), atMs),
  }
}

/** Together with start, end and commit: how much of it a group has used up, and when messages are lost to it. */
function retentionReadings(retention: Retention | null, atMs: number): Readings {
  if (retention === null) {
    const unknown = unavailable('the settings of this topic could not be read', atMs)
    return { retentionSeconds: unknown, retentionBytes: unknown }
  }
  const { ms, bytes } = retention
  return {
    retentionSeconds: ms === null ? noAge : ok(ms / 1000, 'seconds', atMs),
    retentionBytes: bytes === null ? noSize : { ...ok(bytes, 'bytes', atMs), detail: { each: 'partition' } },
  }
}

function depthOf(topic: TopicMeta, reads: TopicReads, sums: Sums, known: number): Readings[string] {
  const [first] = sums.missing
  if (known === 0) return unavailable(first?.reason ?? describeCode(topic.error), reads.atMs)
  const gaps = sums.depth > 0n ? reads.gapsOf(topic.name) : null
  const isExact = gaps === null && sums.missing.length === 0
  const reading: OkReading = ok(Number(sums.depth), 'messages', reads.atMs, isExact ? 'exact' : 'approximate')
  const reason = first ? `${sums.missing.length} of ${topic.partitions.length} partitions unknown` : gaps
  return isExact
    ? reading
    : { ...reading, detail: { reason, ...(first ? { missing: sums.missing.length } : {}) } }
}

function stateOf(topic: TopicMeta): string {
  if (topic.partitions.length === 0) return 'unknown'
  const leaderless = topic.partitions.filter((row) => row.leader < 0).length
  if (leaderless === topic.partitions.length) return 'offline'
  if (leaderless > 0) return 'leaderless'
  return topic.partitions.some((row) => row.inSync.length < row.replicas.length)
    ? 'under-replicated'
    : 'online'
}

/** What is wrong with this topic, for its row. */
export function problemsOf(topic: TopicMeta, missing: Sums['missing'] = []): Problem[] {
  const scope = topic.name
  if (topic.error !== 0) return [{ scope, code: 'partial', message: describeCode(topic.error) }]
  const problems = new Map<number, Problem>()
  if (mayNot(topic, operations.read))
    problems.set(-1, {
      scope,
      code: 'forbidden',
      message: 'These credentials may not read the messages of this topic',
    })
  for (const { partition, leader, error } of topic.partitions)
    if (leader < 0)
      problems.set(partition, {
        scope: `${scope}, partition ${partition}`,
        code: 'leaderless',
        message: `Partition ${partition} has no leader: ${describeCode(error || 5)}`,
      })
  for (const { partition, reason } of missing)
    if (!problems.has(partition))
      problems.set(partition, {
        scope: `${scope}, partition ${partition}`,
        code: 'partial',
        message: `Partition ${partition}: ${reason}`,
      })
  return [...problems.values()]
}
