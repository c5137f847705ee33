import type { Scanned } from '../../../lib/schemas/message.ts'
import {
  BrokerError,
  type BrokerMessage,
  type BrowseFacet,
  type BrowsePage,
  type BrowseRequest,
  type Call,
  type DestinationRef,
} from '../contract/index.ts'
import { lookEffects } from './abilities.ts'
import { type BrowsePlan, planBrowse, writeCursor } from './browse-plan.ts'
import type { Cluster } from './cluster.ts'
import { isStale } from './errors.ts'
import { AscendingFeed, DescendingFeed, type Feed } from './feeds.ts'
import { messageOf, placeOfId, topicOf } from './map.ts'
import { readBounds, readOffsets, type TopicBounds } from './offsets.ts'
import type { KafkaRecord } from './records/decode.ts'
import { PartitionScan } from './scan.ts'

/** Stop this long before the deadline and answer what is there with a cursor. */
const reserveMs = 400
const smallFetchBytes = 256 * 1024
const largeFetchBytes = 1024 * 1024
/** All partitions of a topic together: one with a thousand of them is read in small bites. */
const allFetchBytes = 32 * 1024 * 1024

/** Group-free reading: no group, no commit, no session. The broker is as it was before. */
export function browseFacet(cluster: Cluster): BrowseFacet {
  return {
    read: (ref, request, call) => readPage(cluster, topicOf(ref), request, call),
    get: (ref, id, call) => readOne(cluster, ref, id, call),
  }
}

async function readPage(
  cluster: Cluster,
  name: string,
  request: BrowseRequest,
  call: Call,
): Promise<BrowsePage> {
  const known = await readBounds(cluster, name, call)
  const partitions = known.topic.partitions.map((row) => row.partition)
  const times = await readTimes(cluster, known, request, call)
  const plan = planBrowse(request, partitions, known.bounds, times)
  const problems = known.missing
    .filter(({ partition }) => request.partition === undefined || request.partition === partition)
    .map(({ partition, reason }) => ({
      scope: `${name}, partition ${partition}`,
      code: 'unreachable',
      message: reason,
    }))
  const feeds = openFeeds(cluster, known, plan, request.limit)
  const startedAt = new Map(feeds.map((feed) => [feed.partition, feed.at]))
  const read = await merge(feeds, plan, request, call)
  const at = new Map([...plan.at].map(([partition, offset]) => [partition, offset]))
  for (const feed of feeds) at.set(feed.partition, feed.at)
  return {
    messages: read.messages,
    next: read.stoppedBy === 'end' ? null : writeCursor({ direction: plan.direction, at }),
    effects: lookEffects,
    scanned: {
      messages: sum(feeds, (feed) => feed.scannedMessages),
      bytes: sum(feeds, (feed) => feed.scannedBytes),
      ranges: feeds.map((feed) => rangeOf(feed, startedAt.get(feed.partition) ?? feed.at)),
      stoppedBy: read.stoppedBy,
    },
    problems,
  }
}

function rangeOf(feed: Feed, startedAt: bigint): Scanned['ranges'][number] {
  const [from, to] = feed.at < startedAt ? [feed.at, startedAt] : [startedAt, feed.at]
  return { partition: feed.partition, from: `${from}`, to: `${to}` }
}

const sum = (feeds: readonly Feed[], of: (feed: Feed) => number) =>
  feeds.reduce((total, feed) => total + of(feed), 0)

function openFeeds(cluster: Cluster, known: TopicBounds, plan: BrowsePlan, limit: number): Feed[] {
  const { topic, bounds } = known
  const window = Math.ceil(limit / Math.max(1, plan.at.size)) + 2
  const share = Math.floor(allFetchBytes / Math.max(1, plan.at.size))
  const fetchBytes = Math.min(limit <= 100 ? smallFetchBytes : largeFetchBytes, Math.max(share, 16 * 1024))
  return bounds.flatMap((row): Feed[] => {
    const at = plan.at.get(row.partition)
    if (at === undefined) return []
    return plan.direction === 'ascending'
      ? [new AscendingFeed(cluster, topic.name, row, at, 'read', fetchBytes)]
      : [new DescendingFeed(cluster, topic.name, row, at, window, fetchBytes)]
  })
}

async function readTimes(
  cluster: Cluster,
  known: TopicBounds,
  request: BrowseRequest,
  call: Call,
): Promise<ReadonlyMap<number, bigint>> {
  const times = new Map<number, bigint>()
  if (request.cursor !== undefined || request.from?.kind !== 'time') return times
  const at = BigInt(Math.max(0, Math.floor(request.from.atMs)))
  const table = await readOffsets(cluster, [known.topic], at, true, call)
  for (const [partition, row] of table.get(known.topic.name) ?? [])
    if ('offset' in row && row.offset >= 0n) times.set(partition, row.offset)
  return times
}

/** Always the head nearest in time, never out of its partition's order. */
async function merge(
  feeds: readonly Feed[],
  plan: BrowsePlan,
  request: BrowseRequest,
  call: Call,
): Promise<{ messages: BrokerMessage[]; stoppedBy: Scanned['stoppedBy'] }> {
  const messages: BrokerMessage[] = []
  const sign = plan.direction === 'ascending' ? 1 : -1
  let bytes = 0
  const open = new Set(feeds)
  while (messages.length < request.limit) {
    if (messages.length > 0 && bytes >= request.maxBytes) return { messages, stoppedBy: 'bytes' }
    if (Date.now() > call.deadlineAt - reserveMs && progressed(feeds)) return { messages, stoppedBy: 'time' }
    const heads = await Promise.all([...open].map(async (feed) => ({ feed, record: await feed.peek(call) })))
    let best: (typeof heads)[number] | null = null
    for (const head of heads) {
      if (!head.record) open.delete(head.feed)
      else if (!best?.record || isNearer(head.record, best.record, sign)) best = head
    }
    if (!best?.record) return { messages, stoppedBy: 'end' }
    const message = messageOf(best.feed.partition, best.record)
    const size = message.body?.length ?? 0
    if (messages.length > 0 && bytes + size > request.maxBytes) return { messages, stoppedBy: 'bytes' }
    bytes += size
    messages.push(message)
    best.feed.take()
  }
  const more = await Promise.all([...open].map((feed) => feed.peek(call)))
  return { messages, stoppedBy: more.some((record) => record !== null) ? 'limit' : 'end' }
}

/** Of equal times the lower partition is the older, so that newest is oldest read backwards. */
function isNearer(a: KafkaRecord, b: KafkaRecord, sign: number): boolean {
  const ahead = sign * (a.timestampMs - b.timestampMs)
  return ahead < 0 || (ahead === 0 && sign < 0)
}

const progressed = (feeds: readonly Feed[]) => feeds.some((feed) => feed.scannedBytes > 0)

async function readOne(
  cluster: Cluster,
  ref: DestinationRef,
  id: string,
  call: Call,
): Promise<BrokerMessage> {
  const name = topicOf(ref)
  const place = placeOfId(id)
  const gone = new BrokerError('not_found', `Message ${id} is not in ${name} (any more)`)
  if (!place) throw gone
  const { bounds, missing } = await readBounds(cluster, name, call)
  const row = bounds.find((known) => known.partition === place.partition)
  const bad = missing.find((known) => known.partition === place.partition)
  if (bad) throw new BrokerError(isStale(bad.code) ? 'unreachable' : 'protocol', `${name}: ${bad.reason}`)
  if (!row || place.offset < row.start || place.offset >= row.end) throw gone
  const { partition, offset } = place
  const range = { topic: name, partition, leader: row.leader, from: offset, to: offset + 1n }
  const scan = new PartitionScan(cluster, range, 'read', smallFetchBytes)
  while (!scan.done) {
    const [record] = await scan.records(call)
    if (record) return messageOf(partition, record)
  }
  throw gone
}
