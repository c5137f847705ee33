import type { Member } from '../../../lib/schemas/group.ts'
import type { GroupSample } from '../contract/index.ts'
import { groupAbilities } from './group-abilities.ts'
import type { ReadGroup } from './group-reads.ts'
import { type Age, type Committed, lagRow, totalLag, totalSeconds } from './lag.ts'
import { laterOf, type OffsetTable, offsetIn } from './offsets.ts'

/** What lag is counted against, read after the groups' cursors, so that no lag is negative by a race. */
export interface Ends {
  readonly partitionsOf: (topic: string) => readonly number[]
  readonly starts: OffsetTable
  readonly ends: OffsetTable
  /** Topics whose offsets have gaps: their lag is an upper bound. */
  readonly hasGaps: (topic: string) => boolean
  /** Of the next message at or behind `offset`; asked only where one waits. */
  readonly ageOf: (topic: string, partition: number, offset: bigint, end: bigint) => Age
  /** Whether the brokers let share groups be moved (Kafka 4.1). */
  readonly movesShare: boolean
  readonly atMs: number
}

const noCommit: Committed = { none: 'no commit' }
const compacted = 'at most so many: compaction leaves gaps between offsets'
const outOfOrder = 'at most so many: a share group acknowledges messages out of order'

/** Topics with a commit, an assignment or a subscription. */
export function topicsOf(group: ReadGroup): readonly string[] {
  const known = topicsOfGroup.get(group)
  if (known) return known
  const topics = listTopics(group)
  topicsOfGroup.set(group, topics)
  return topics
}

/** Asked several times in a sample. */
const topicsOfGroup = new WeakMap<ReadGroup, readonly string[]>()

function listTopics(group: ReadGroup): readonly string[] {
  const topics = new Set(group.committed.keys())
  for (const member of group.members) {
    for (const { topic } of member.assigned) topics.add(topic)
    for (const topic of member.subscribed) topics.add(topic)
  }
  return [...topics].sort()
}

/** A row for every partition of each topic of the group. */
export function sampleGroup(group: ReadGroup, ends: Ends): GroupSample {
  const owners = ownersOf(group)
  const { atMs } = ends
  const lag = topicsOf(group).flatMap((topic) => {
    const rows = group.committed.get(topic)
    const partitions = new Set([...ends.partitionsOf(topic), ...(rows?.keys() ?? [])])
    return [...partitions]
      .sort((a, b) => a - b)
      .map((partition) => {
        const brokerLag = group.brokerLag.get(topic)?.get(partition)
        const committed = rows?.get(partition) ?? noCommit
        const start = offsetIn(ends.starts, topic, partition)
        const end = offsetIn(ends.ends, topic, partition)
        return lagRow(
          {
            topic,
            partition,
            committed,
            start,
            end,
            endReason: reasonOf(ends, topic, partition),
            member: owners.get(`${partition} ${topic}`),
            upperBound: group.type === 'share' ? outOfOrder : ends.hasGaps(topic) ? compacted : null,
            age: () =>
              'offset' in committed && start !== null && end !== null
                ? ends.ageOf(topic, partition, laterOf(committed.offset, start), end)
                : { unknown: 'no commit' },
            detail: brokerLag === undefined ? undefined : { brokerLag: brokerLag.toString() },
          },
          atMs,
        )
      })
  })
  return {
    key: group.id,
    name: group.id,
    type: group.type,
    state: group.state,
    members: group.members.map(memberOf),
    lag,
    total: totalLag(lag, atMs),
    totalSeconds: totalSeconds(lag, atMs),
    ...(group.epoch === null ? {} : { epoch: `${group.epoch}` }),
    abilities: groupAbilities(group, ends.movesShare),
    ...(group.problems.length > 0 ? { problems: [...group.problems] } : {}),
  }
}

function reasonOf(ends: Ends, topic: string, partition: number): string {
  const rows = [ends.ends.get(topic)?.get(partition), ends.starts.get(topic)?.get(partition)]
  const bad = rows.find((row) => row && 'reason' in row)
  return bad && 'reason' in bad ? bad.reason : 'this topic or partition is gone'
}

function ownersOf(group: ReadGroup): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  // Members of a share group read the same partitions together: there is no one owner.
  if (group.type === 'share') return owners
  for (const member of group.members)
    for (const { topic, partitions } of member.assigned)
      for (const partition of partitions) owners.set(`${partition} ${topic}`, member.id)
  return owners
}

/** A member as people see it. */
export function memberOf(member: ReadGroup['members'][number]): Member {
  return {
    id: member.id,
    ...(member.client ? { client: member.client } : {}),
    ...(member.host ? { host: member.host.replace(/^\//, '') } : {}),
    ...(member.instance ? { instance: member.instance } : {}),
    assignments: member.assigned.map(({ topic, partitions }) => ({
      destination: topic,
      partitions: [...partitions].sort((a, b) => a - b),
    })),
  }
}
