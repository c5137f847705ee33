import type { ReadGroup } from './group-reads.ts'
import type { Ends } from './group-samples.ts'
import { topicsOf } from './group-samples.ts'
import type { Age } from './lag.ts'
import { laterOf, offsetIn } from './offsets.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import type { Place } from './record-times.ts'
import type { SampleMemory } from './sample-memory.ts'

/** The topic's id and the partition: a topic made anew under the same name is another log. */
export const logOf = (topic: TopicMeta, partition: number): string => `${topic.id} ${partition}`

/** Where groups have messages waiting: the places whose next message's age is wanted. `watched`: names of topics. */
export function findWaiting(
  groups: readonly ReadGroup[],
  topics: ReadonlyMap<string, TopicMeta>,
  ends: Pick<Ends, 'starts' | 'ends'>,
  watched: ReadonlySet<string>,
): readonly Place[] {
  const places: Place[] = []
  for (const group of groups)
    for (const name of topicsOf(group)) {
      const topic = topics.get(name)
      const cursors = group.committed.get(name)
      if (!topic || !cursors) continue
      for (const { partition, leader } of topic.partitions) {
        const committed = cursors.get(partition)
        const start = offsetIn(ends.starts, name, partition)
        const end = offsetIn(ends.ends, name, partition)
        if (leader < 0 || !committed || !('offset' in committed) || start === null || end === null) continue
        const offset = laterOf(committed.offset, start)
        if (offset >= end) continue
        const row = `${partition} ${name} ${group.id}`
        places.push({
          row,
          isWatched: watched.has(name),
          topic: name,
          log: logOf(topic, partition),
          partition,
          leader,
          offset,
          end,
        })
      }
    }
  return places
}

/** What is known of the age of the message at `offset`: its own time, else when the end was seen to pass it. */
export function ageOf(memory: SampleMemory, log: string, offset: bigint, end: bigint): Age {
  const record = memory.times.timeOf({ log, offset, end })
  if (record) return 'atMs' in record ? { recordAtMs: record.atMs } : record
  const seen = memory.history.timeOf(log, offset)
  if (seen && 'atMs' in seen) return { seenAtMs: seen.atMs }
  const failure = memory.times.failureAt(log, offset)
  const why =
    failure === null
      ? 'The time of the next message was not read yet'
      : `The time of the next message could not be read: ${failure}`
  return {
    unknown: seen
      ? `${why}; it is older than the first look at ${new Date(seen.beforeMs).toISOString()}`
      : why,
  }
}
