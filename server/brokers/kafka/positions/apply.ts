import type { OffsetRow } from '../../../../lib/schemas/offset.ts'
import { BrokerError, type Call } from '../../contract/index.ts'
import { mayNot, operations } from '../abilities.ts'
import type { Cluster } from '../cluster.ts'
import { describeCode, errorOfCode, kafkaErrors } from '../errors.ts'
import type { ReadGroup } from '../group-reads.ts'
import { readLiveGroup } from '../live-group.ts'
import { offsetIn, readOffsets } from '../offsets.ts'
import {
  alterShareOffsetsApi,
  type OffsetSetAnswer,
  type OffsetsToSet,
  offsetCommitApi,
} from '../protocol/commit.ts'
import { earliest, latest } from '../protocol/list-offsets.ts'
import { readOffset } from './aim.ts'
import { committedOf } from './plan.ts'
import { activeMembers, refuseUnmovable } from './refuse.ts'

type Row = Pick<OffsetRow, 'destination' | 'partition' | 'old' | 'next'>

/**
 * Commits the rows as nobody of the group. Between our look at the members and the commit one may join: the
 * coordinator then refuses by itself, so the look is for the words, not for safety.
 */
export async function applyOffsets(
  cluster: Cluster,
  key: string,
  rows: readonly Row[],
  call: Call,
): Promise<void> {
  const topics = readRows(rows)
  const { group, node } = await readLiveGroup(cluster, key, call)
  await refuseUnmovable(cluster, group, node)
  if (group.members.length > 0) throw activeMembers(group)
  const [problem] = group.problems
  if (problem) throw new BrokerError('unreachable', `${key} could not be read whole: ${problem.message}`)
  await refuseMoved(cluster, group, rows, call)
  const answers = await setOffsets(cluster, group, node, topics, call)
  const failed = answers.filter((answer) => answer.error !== 0)
  const [first] = failed
  if (!first) return
  if (first.error === kafkaErrors.unknownMemberId || first.error === kafkaErrors.nonEmptyGroup)
    throw activeMembers((await readLiveGroup(cluster, key, call)).group)
  const partOf = ({ topic, partition }: OffsetSetAnswer) => ({ destination: topic, partition })
  const set = answers.filter((answer) => answer.error === 0).map(partOf)
  const { code } = errorOfCode(first.error, key)
  const words = describeCode(first.error, first.message)
  throw new BrokerError(
    code,
    `${failed.length} of ${answers.length} partitions of ${key} were not moved: ${first.topic}, partition ${first.partition}: ${words}`,
    {
      detail: {
        set,
        failed: failed.map((answer) => ({
          ...partOf(answer),
          reason: describeCode(answer.error, answer.message),
        })),
      },
    },
  )
}

/** @throws bad_request for what is no offset, or a partition named twice */
function readRows(rows: readonly Row[]): readonly OffsetsToSet[] {
  const topics = new Map<string, Map<number, bigint>>()
  for (const { destination, partition, next } of rows) {
    const offsets = topics.get(destination) ?? new Map<number, bigint>()
    topics.set(destination, offsets)
    if (offsets.has(partition))
      throw new BrokerError('bad_request', `${destination}, partition ${partition} is named twice`)
    offsets.set(partition, readOffset(next))
  }
  return [...topics].map(([topic, offsets]) => ({
    topic,
    partitions: [...offsets].map(([partition, offset]) => ({ partition, offset })),
  }))
}

/**
 * @throws forbidden for a topic these credentials may not read
 * @throws conflict with `detail.moved` when a commit is not what the plan saw, or the log no longer reaches to where
 * it goes: a reader put outside of its log would jump to wherever its own settings say.
 */
async function refuseMoved(
  cluster: Cluster,
  group: ReadGroup,
  rows: readonly Row[],
  call: Call,
): Promise<void> {
  const names = [...new Set(rows.map((row) => row.destination))]
  const { topics } = await cluster.metadata(names, call, true)
  // The coordinator would refuse this topic's rows and set the others.
  const refused = topics.find((topic) => mayNot(topic, operations.read))
  if (refused)
    throw new BrokerError(
      'forbidden',
      `These credentials may not read ${refused.name}, so no offset of it can be set; nothing was changed`,
    )
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, call),
    readOffsets(cluster, topics, latest, false, call),
  ])
  const moved = rows.flatMap(({ destination, partition, old, next }) => {
    const now = committedOf(group, destination, partition)
    if (typeof now === 'string')
      throw new BrokerError('unreachable', `${destination}, partition ${partition}: ${now}`)
    const start = offsetIn(starts, destination, partition)
    const end = offsetIn(ends, destination, partition)
    if (start === null || end === null)
      throw new BrokerError('unreachable', `${destination}, partition ${partition} cannot be read now`)
    const isSame = (now?.toString() ?? null) === old
    const isReached = BigInt(next) >= start && BigInt(next) <= end
    if (isSame && isReached) return []
    const bounds = { start: `${start}`, end: `${end}` }
    return [{ destination, partition, old, now: now?.toString() ?? null, next, ...bounds }]
  })
  const [first] = moved
  if (!first) return
  const why =
    first.now === first.old
      ? `the log now reaches from ${first.start} to ${first.end}, not to ${first.next}`
      : `the commit is ${first.now ?? 'none'} now, not ${first.old ?? 'none'}`
  throw new BrokerError(
    'conflict',
    `${group.id} is not as it was planned for: ${first.destination}, partition ${first.partition}: ${why}; nothing was changed`,
    { detail: { moved } },
  )
}

async function setOffsets(
  cluster: Cluster,
  group: ReadGroup,
  node: number,
  topics: readonly OffsetsToSet[],
  call: Call,
): Promise<readonly OffsetSetAnswer[]> {
  const request = { group: group.id, topics }
  if (group.type !== 'share') return cluster.node(node, offsetCommitApi, request, call)
  const { error, message, rows } = await cluster.node(node, alterShareOffsetsApi, request, call)
  if (error === 0) return rows
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition, error, message })),
  )
}
