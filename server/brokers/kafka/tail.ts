import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type DestinationRef,
  pause,
  shorten,
  type TailFacet,
} from '../contract/index.ts'
import type { Cluster, Lane } from './cluster.ts'
import { errorOfCode, isStale, kafkaErrors } from './errors.ts'
import { messageOf, topicOf } from './map.ts'
import { readBounds } from './offsets.ts'
import { type FetchedPartition, type FetchQuery, fetchApi } from './protocol/fetch.ts'
import { AbortedFilter } from './records/aborted.ts'
import { readBatches, readRecords } from './records/decode.ts'

interface Following {
  readonly partition: number
  leader: number
  /** Null until the partition first told its offsets. */
  next: bigint | null
  /** Came after the tail began: all of it is "from now on". */
  readonly isNew: boolean
  /** What was to be read next is not there (any more). */
  isLost: boolean
  readonly filter: AbortedFilter
}

const waitMs = 500
const answerMs = 10_000
/** How often partitions that were added, or came back, are looked for. */
const lookMs = 5_000
const fetchBytes = 512 * 1024

/** Long polls at the end, on a connection of their own, outside any group. */
export function tailFacet(cluster: Cluster): TailFacet {
  return {
    follow(ref, call) {
      // "From now on" is when follow was called, not when the first message is awaited.
      const start = readStart(cluster, ref, call)
      start.catch(() => undefined)
      return follow(cluster, topicOf(ref), start, call)
    },
  }
}

async function readStart(cluster: Cluster, ref: DestinationRef, call: Call): Promise<Following[]> {
  const { topic, bounds } = await readBounds(cluster, topicOf(ref), call)
  return topic.partitions.map(({ partition, leader }) =>
    place(partition, leader, bounds.find((row) => row.partition === partition)?.end ?? null, false),
  )
}

function place(partition: number, leader: number, next: bigint | null, isNew: boolean): Following {
  return { partition, leader, next, isNew, isLost: false, filter: new AbortedFilter() }
}

async function* follow(
  cluster: Cluster,
  topic: string,
  start: Promise<Following[]>,
  call: Call,
): AsyncGenerator<BrokerMessage> {
  const following = await start
  const lane = cluster.ownLane()
  let lookAt = Date.now() + lookMs
  try {
    while (!isOver(call)) {
      try {
        yield* await pollAll(cluster, lane, topic, following, call)
        const isLost = following.some((row) => row.isLost)
        if (isLost) await pause(call, 100)
        if (isLost || Date.now() >= lookAt) {
          await look(cluster, topic, following, shorten(call, answerMs))
          lookAt = Date.now() + lookMs
        }
      } catch (error) {
        if (isOver(call)) return
        if (!isPassing(error)) throw error
        // The broker went: keep our places and come back when it does.
        lookAt = 0
        await pause(call, waitMs).catch(() => undefined)
      }
    }
  } finally {
    cluster.closeLane(lane)
  }
}

const isOver = (call: Call) => call.signal.aborted || Date.now() >= call.deadlineAt

const isPassing = (error: unknown) =>
  error instanceof BrokerError &&
  (error.code === 'unreachable' || error.code === 'timeout') &&
  error.detail?.closed !== true

/** One long poll a leader. A leader that is silent or gone costs its own messages only. */
async function pollAll(
  cluster: Cluster,
  lane: Lane,
  topic: string,
  following: readonly Following[],
  call: Call,
): Promise<BrokerMessage[]> {
  const ready = following.filter((row) => row.leader >= 0 && row.next !== null)
  if (ready.length === 0) {
    for (const row of following) row.isLost = true
    await pause(call, waitMs)
    return []
  }
  const places = new Map(ready.map((row) => [row.partition, row]))
  const rounds = await Promise.all(
    [...Map.groupBy(ready, (row) => row.leader)].map(async ([leader, rows]) => {
      const topics: FetchQuery[] = [
        {
          topic,
          partitions: rows.map(({ partition, next }) => ({
            partition,
            offset: next ?? 0n,
            maxBytes: fetchBytes,
          })),
        },
      ]
      const request = { maxWaitMs: waitMs, minBytes: 1, maxBytes: fetchBytes * 4, topics }
      try {
        const answer = await cluster.node(leader, fetchApi, request, shorten(call, answerMs), lane)
        if (answer.error !== 0) throw errorOfCode(answer.error, `topic ${topic}`)
        return answer.partitions
      } catch (error) {
        if (isOver(call) || !isPassing(error)) throw error
        for (const row of rows) row.isLost = true
        await pause(call, waitMs)
        return []
      }
    }),
  )
  return rounds
    .flat()
    .flatMap((fetched) => {
      const row = places.get(fetched.partition)
      return row ? take(topic, row, fetched) : []
    })
    .sort((a, b) => (a.timestampMs ?? 0) - (b.timestampMs ?? 0))
}

function take(topic: string, row: Following, fetched: FetchedPartition): BrokerMessage[] {
  const { error } = fetched
  if (
    isStale(error) ||
    error === kafkaErrors.offsetOutOfRange ||
    error === kafkaErrors.unknownTopicOrPartition
  ) {
    row.isLost = true
    return []
  }
  if (error !== 0) throw errorOfCode(error, `topic ${topic}, partition ${row.partition}`)
  row.filter.learn(fetched.aborted)
  const messages: BrokerMessage[] = []
  for (const batch of readBatches(fetched.bytes)) {
    const next = row.next ?? 0n
    if (batch.lastOffset < next) continue
    if (row.filter.accepts(batch))
      for (const record of readRecords(batch))
        if (record.offset >= next) messages.push(messageOf(row.partition, record))
    row.next = batch.lastOffset + 1n
  }
  return messages
}

/** New leaders, new partitions, and where to go on after retention or a purge. Throws `not_found` when the topic is gone. */
async function look(cluster: Cluster, topic: string, following: Following[], call: Call): Promise<void> {
  const known = await readBounds(cluster, topic, call)
  for (const { partition, leader } of known.topic.partitions) {
    const bounds = known.bounds.find((row) => row.partition === partition)
    const row = following.find((candidate) => candidate.partition === partition)
    if (!row) {
      following.push(place(partition, leader, bounds?.start ?? null, true))
      continue
    }
    row.leader = leader
    row.isLost = false
    if (!bounds) continue
    if (row.next === null) row.next = row.isNew ? bounds.start : bounds.end
    else if (row.next < bounds.start) row.next = bounds.start
    else if (row.next > bounds.end) row.next = bounds.end
  }
}
