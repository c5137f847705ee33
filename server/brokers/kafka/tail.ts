import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type DestinationRef,
  pause,
  type TailFacet,
} from '../contract/index.ts'
import type { Cluster, Lane } from './cluster.ts'
import { isStale, kafkaErrors } from './errors.ts'
import { messageOf, topicOf } from './map.ts'
import { readBounds, readTopic } from './offsets.ts'
import { type FetchedPartition, type FetchQuery, fetchApi } from './protocol/fetch.ts'
import { AbortedFilter } from './records/aborted.ts'
import { readBatches, readRecords } from './records/decode.ts'

interface Following {
  readonly partition: number
  leader: number
  next: bigint
  readonly filter: AbortedFilter
}

const waitMs = 500
const fetchBytes = 512 * 1024

/** Long polls at the end, on a connection of their own, outside any group. */
export function tailFacet(cluster: Cluster): TailFacet {
  return {
    follow(ref, call) {
      // "From now on" is when follow was called, not when the first message is awaited.
      const start = readEnds(cluster, ref, call)
      start.catch(() => undefined)
      return follow(cluster, topicOf(ref), start, call)
    },
  }
}

async function readEnds(cluster: Cluster, ref: DestinationRef, call: Call): Promise<Following[]> {
  const { bounds } = await readBounds(cluster, topicOf(ref), call)
  return bounds.map(({ partition, leader, end }) => ({
    partition,
    leader,
    next: end,
    filter: new AbortedFilter(),
  }))
}

async function* follow(
  cluster: Cluster,
  topic: string,
  start: Promise<Following[]>,
  call: Call,
): AsyncGenerator<BrokerMessage> {
  const following = await start
  const lane = cluster.ownLane()
  try {
    while (!isOver(call)) {
      let messages: BrokerMessage[]
      try {
        messages = await pollAll(cluster, lane, topic, following, call)
      } catch (error) {
        if (isOver(call)) return
        if (!(error instanceof BrokerError) || error.code !== 'unreachable') throw error
        // The broker went: keep our places and come back when it does.
        await pause(call, waitMs).catch(() => undefined)
        await findLeaders(cluster, topic, following, call)
        continue
      }
      yield* messages
    }
  } finally {
    cluster.closeLane(lane)
  }
}

const isOver = (call: Call) => call.signal.aborted || Date.now() >= call.deadlineAt

/** One long poll a leader; the first that brings something ends the round. */
async function pollAll(
  cluster: Cluster,
  lane: Lane,
  topic: string,
  following: readonly Following[],
  call: Call,
): Promise<BrokerMessage[]> {
  const byLeader = Map.groupBy(following, (row) => row.leader)
  const rounds = await Promise.all(
    [...byLeader].map(async ([leader, rows]) => {
      const topics: FetchQuery[] = [
        {
          topic,
          partitions: rows.map(({ partition, next }) => ({ partition, offset: next, maxBytes: fetchBytes })),
        },
      ]
      const request = { maxWaitMs: waitMs, minBytes: 1, maxBytes: fetchBytes * 4, topics }
      return (await cluster.node(leader, fetchApi, request, call, lane)).partitions
    }),
  )
  const fetched = rounds.flat()
  if (fetched.some((row) => isStale(row.error)))
    throw new BrokerError('unreachable', `${topic}: a leader moved`)
  const places = new Map(following.map((row) => [row.partition, row]))
  const messages = fetched.flatMap((row) => {
    const place = places.get(row.partition)
    return place ? take(place, row) : []
  })
  return messages.sort((a, b) => (a.timestampMs ?? 0) - (b.timestampMs ?? 0))
}

function take(place: Following, fetched: FetchedPartition): BrokerMessage[] {
  // Deleted under us: what is there now begins at the log's end as told.
  if (fetched.error === kafkaErrors.offsetOutOfRange) {
    if (fetched.stableEnd >= 0n) place.next = fetched.stableEnd
    return []
  }
  if (fetched.error !== 0) return []
  place.filter.learn(fetched.aborted)
  const messages: BrokerMessage[] = []
  for (const batch of readBatches(fetched.bytes)) {
    if (batch.lastOffset < place.next) continue
    if (place.filter.accepts(batch))
      for (const record of readRecords(batch))
        if (record.offset >= place.next) messages.push(messageOf(place.partition, record))
    place.next = batch.lastOffset + 1n
  }
  return messages
}

async function findLeaders(
  cluster: Cluster,
  topic: string,
  following: readonly Following[],
  call: Call,
): Promise<void> {
  try {
    const meta = await readTopic(cluster, topic, call)
    for (const row of following) {
      const known = meta.partitions.find((candidate) => candidate.partition === row.partition)
      if (known && known.leader >= 0) row.leader = known.leader
    }
  } catch (error) {
    if (!(error instanceof BrokerError) || (error.code !== 'unreachable' && error.code !== 'timeout'))
      throw error
  }
}
