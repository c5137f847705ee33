import type { OffsetPart, OffsetPlan, OffsetRow, OffsetTarget } from '../../../../lib/schemas/offset.ts'
import type { Problem } from '../../../../lib/schemas/problem.ts'
import { BrokerError, type Call } from '../../contract/index.ts'
import type { Cluster } from '../cluster.ts'
import { describeCode } from '../errors.ts'
import type { ReadGroup } from '../group-reads.ts'
import { memberOf, topicsOf } from '../group-samples.ts'
import { readLiveGroup } from '../live-group.ts'
import { readOffsets } from '../offsets.ts'
import { earliest, latest } from '../protocol/list-offsets.ts'
import type { TopicMeta } from '../protocol/metadata.ts'
import type { TopicFacts } from '../topic-facts.ts'
import { aimAt } from './aim.ts'
import { rowOf, sumReadings } from './place.ts'
import { refuseUnmovable } from './refuse.ts'
import { planSentence } from './words.ts'

interface Request {
  readonly target: OffsetTarget
  readonly parts?: readonly OffsetPart[] | undefined
}

/** Old and new offset of each partition. `destination` is the topic's name, as in the rows of a group's lag. */
export async function planOffsets(
  cluster: Cluster,
  facts: TopicFacts,
  key: string,
  request: Request,
  call: Call,
): Promise<OffsetPlan> {
  const { group, node } = await readLiveGroup(cluster, key, call)
  await refuseUnmovable(cluster, group, node, request.target)
  if (request.target.kind === 'skip-one' && request.parts?.length !== 1)
    throw new BrokerError('bad_request', 'One message is skipped on exactly one partition: name it')
  const names = [...new Set(request.parts?.map((part) => part.destination) ?? topicsOf(group))]
  if (names.length === 0) throw new BrokerError('bad_request', `${key} has no topic it could be moved on`)
  const { topics } = await cluster.metadata(names, call)
  const wanted = partsOf(request.parts, topics)
  const [starts, ends, aim] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, call),
    readOffsets(cluster, topics, latest, false, call),
    aimAt(cluster, request.target, topics, call),
    facts.refresh(names, call),
  ])
  const atMs = Date.now()
  const problems: Problem[] = [...group.problems]
  for (const { name, error } of topics)
    if (error !== 0) problems.push({ scope: name, code: 'partial', message: describeCode(error) })
  const rows: OffsetRow[] = []
  for (const { topic, partition, leader } of wanted) {
    const leave = (message: string) =>
      problems.push({ scope: `${topic}, partition ${partition}`, code: 'partial', message })
    const [start, end] = [starts.get(topic)?.get(partition), ends.get(topic)?.get(partition)]
    const old = committedOf(group, topic, partition)
    if (typeof old === 'string') leave(old)
    else if (!start || !('offset' in start)) leave(start?.reason ?? 'its start is not known')
    else if (!end || !('offset' in end)) leave(end?.reason ?? 'its end is not known')
    else {
      const standing = { topic, partition, old, start: start.offset, end: end.offset }
      const found = await aim(standing, leader)
      if (typeof found === 'string') leave(found)
      else rows.push(rowOf(standing, found, gapsOf(facts, group, topic), atMs))
    }
  }
  const [problem] = problems
  if (rows.length === 0)
    throw new BrokerError(
      'bad_request',
      `No partition of ${key} can be moved so: ${problem?.message ?? 'it has none'}`,
    )
  const skipped = sumReadings(
    rows.map((row) => row.skipped),
    atMs,
  )
  const again = sumReadings(
    rows.map((row) => row.again),
    atMs,
  )
  const members = group.members.map(memberOf)
  return {
    rows,
    skipped,
    again,
    members,
    sentence: planSentence(key, rows, skipped, again, members.length),
    problems,
  }
}

/** The partitions asked for, all of the topics when none are named; `bad_request` for one that is not there. */
function partsOf(parts: readonly OffsetPart[] | undefined, topics: readonly TopicMeta[]) {
  const all = topics.flatMap((topic) =>
    topic.partitions.map(({ partition, leader }) => ({ topic: topic.name, partition, leader })),
  )
  if (!parts) return all
  const byName = new Map(all.map((row) => [`${row.partition} ${row.topic}`, row]))
  const wanted = new Map<string, (typeof all)[number]>()
  for (const { destination, partition } of parts) {
    const name = `${partition} ${destination}`
    const row = byName.get(name)
    if (!row)
      throw new BrokerError('bad_request', `There is no partition ${partition} of a topic ${destination}`)
    wanted.set(name, row)
  }
  return [...wanted.values()]
}

/** Null without a commit; a sentence when the broker does not tell. */
export function committedOf(group: ReadGroup, topic: string, partition: number): bigint | null | string {
  const cursor = group.committed.get(topic)?.get(partition)
  if (cursor === undefined || 'none' in cursor) return null
  return 'reason' in cursor ? cursor.reason : cursor.offset
}

function gapsOf(facts: TopicFacts, group: ReadGroup, topic: string): string | null {
  if (group.type === 'share') return 'a share group acknowledges messages out of order: an upper bound'
  return facts.gapsOf(topic)
}
