import {
  BrokerError,
  type BrokerMessage,
  type BrowsePage,
  type BrowseRequest,
  type Call,
  type DestinationRef,
  decodeParts,
  encodeParts,
} from '../contract/index.ts'
import { streamEffects } from './abilities.ts'
import type { Delivery } from './amqplib.ts'
import { type Client, readQueue, vhostOfRef } from './client.ts'
import { messageOf, offsetOf } from './map.ts'
import { readStreamEnds, type StreamEnds, StreamReader, type StreamStart } from './stream-reader.ts'

const silenceMs = 5_000
const maxOffset = 2n ** 63n - 1n

/** What a page covers, decided before it is read: the end as it is now, so that a busy stream ends too. */
interface Plan {
  readonly start: StreamStart
  readonly from: bigint
  readonly end: bigint
  readonly descending: boolean
  readonly atMs: number | null
}

export async function readStreamPage(
  client: Client,
  ref: DestinationRef,
  request: BrowseRequest,
  call: Call,
): Promise<BrowsePage> {
  const vhost = vhostOfRef(client, ref)
  if ((request.partition ?? 0) !== 0)
    throw new BrokerError('bad_request', 'A RabbitMQ stream has no partitions')
  const wanted = parseRequest(request)
  await readQueue(client, ref, call)
  const ends = await readStreamEnds(client.links, vhost, ref.name, call)
  const plan = ends === null ? null : planPage(wanted, ends, request.limit)
  if (plan === null) return pageOf([], 0, null, 'end')
  const { taken, bytes, stoppedBy } = await readPlan(client, vhost, ref.name, plan, request, call)
  const messages = taken.map(streamMessage)
  if (plan.descending) messages.reverse()
  const last = messages.at(-1)
  return pageOf(
    messages,
    bytes,
    last ? nextOf(plan, BigInt(last.position), ends, stoppedBy) : null,
    stoppedBy,
  )
}

type Stop = 'end' | 'limit' | 'bytes'

function pageOf(messages: BrokerMessage[], bytes: number, next: string | null, stoppedBy: Stop): BrowsePage {
  const first = messages[0]
  const last = messages.at(-1)
  return {
    messages,
    next,
    effects: streamEffects,
    scanned: {
      messages: messages.length,
      bytes,
      ranges: first && last ? [{ from: first.position, to: last.position }] : [],
      stoppedBy,
    },
    problems: [],
  }
}

function nextOf(plan: Plan, last: bigint, ends: StreamEnds | null, stoppedBy: Stop): string | null {
  if (plan.descending) return ends && last > ends.first ? encodeParts(['down', String(last - 1n)]) : null
  return stoppedBy === 'end' ? null : encodeParts(['up', String(last + 1n)])
}

type Wanted =
  | { readonly kind: 'newest' | 'oldest' }
  | { readonly kind: 'up' | 'down'; readonly offset: bigint }
  | { readonly kind: 'time'; readonly atMs: number }

function parseRequest(request: BrowseRequest): Wanted {
  if (request.cursor !== undefined) {
    const [way, offset, ...rest] = decodeParts(request.cursor) ?? []
    const parsed = offset === undefined ? null : parseOffset(offset)
    if ((way !== 'up' && way !== 'down') || parsed === null || rest.length > 0) {
      throw new BrokerError('bad_request', 'This cursor is not one of this stream')
    }
    return { kind: way, offset: parsed }
  }
  const from = request.from ?? { kind: 'newest' }
  if (from.kind !== 'position') return from
  const offset = parseOffset(from.position)
  if (offset === null)
    throw new BrokerError('bad_request', 'A position in a stream is its offset, a whole number')
  return { kind: 'up', offset }
}

export function parseOffset(text: string): bigint | null {
  if (!/^\d{1,19}$/.test(text)) return null
  const offset = BigInt(text)
  return offset <= maxOffset ? offset : null
}

/** Null where nothing can lie. */
function planPage(wanted: Wanted, ends: StreamEnds, limit: number): Plan | null {
  const { first, last } = ends
  const up = (from: bigint): Plan | null => {
    const clamped = from < first ? first : from
    return clamped > last
      ? null
      : { start: { offset: clamped }, from: clamped, end: last, descending: false, atMs: null }
  }
  if (wanted.kind === 'oldest') return up(first)
  if (wanted.kind === 'up') return up(wanted.offset)
  if (wanted.kind === 'time') {
    if (wanted.atMs > Date.now()) return null
    return { start: { atMs: wanted.atMs }, from: first, end: last, descending: false, atMs: wanted.atMs }
  }
  const end = wanted.kind === 'down' && wanted.offset < last ? wanted.offset : last
  if (end < first) return null
  const begin = end - BigInt(limit) + 1n
  const from = begin < first ? first : begin
  return { start: { offset: from }, from, end, descending: true, atMs: null }
}

async function readPlan(
  client: Client,
  vhost: string,
  stream: string,
  plan: Plan,
  request: BrowseRequest,
  call: Call,
): Promise<{ taken: Delivery[]; bytes: number; stoppedBy: Stop }> {
  const reader = await StreamReader.open(client.links, vhost, stream, plan.start, request.limit, call)
  const taken: Delivery[] = []
  let bytes = 0
  let heardAt = Date.now()
  /** A time younger than the last chunk attaches behind it (3.10): silent, though the broker gives others its end. */
  const isBehindEnd = async () =>
    plan.atMs !== null &&
    taken.length === 0 &&
    Date.now() - heardAt > 500 &&
    (await readStreamEnds(client.links, vhost, stream, call)) !== null
  try {
    for (;;) {
      const batch = await reader.next(1_000, call)
      if (batch.length === 0) {
        // The end is known and was not reached: a slow broker.
        if (await isBehindEnd()) return { taken, bytes, stoppedBy: 'end' }
        if (Date.now() - heardAt < silenceMs) continue
        throw new BrokerError('timeout', `The stream ${stream} went silent before its end`)
      }
      heardAt = Date.now()
      for (const delivery of batch) {
        const offset = offsetOf(delivery)
        if (offset > plan.end) return { taken, bytes, stoppedBy: 'end' }
        if (offset < plan.from || isBefore(delivery, plan.atMs)) continue
        taken.push(delivery)
        bytes += delivery.content.length
        if (plan.descending) bytes -= dropOldest(taken, bytes, request.maxBytes)
        if (offset === plan.end) return { taken, bytes, stoppedBy: 'end' }
        if (!plan.descending && taken.length >= request.limit) return { taken, bytes, stoppedBy: 'limit' }
        if (!plan.descending && bytes >= request.maxBytes) return { taken, bytes, stoppedBy: 'bytes' }
      }
      const last = batch.at(-1)
      if (last) reader.askOn(last)
    }
  } finally {
    reader.close()
  }
}

/** Newest first keeps the newest when the bytes run out; what was dropped is the next page. */
function dropOldest(taken: Delivery[], bytes: number, maxBytes: number): number {
  let dropped = 0
  while (taken.length > 1 && bytes - dropped > maxBytes) dropped += taken.shift()?.content.length ?? 0
  return dropped
}

/** The broker starts at a chunk's time, so a few messages may be older; only a publisher's timestamp tells. */
function isBefore(delivery: Delivery, atMs: number | null): boolean {
  const seconds = delivery.properties.fields.timestamp
  return atMs !== null && seconds !== undefined && seconds < BigInt(Math.floor(atMs / 1000))
}

export function streamMessage(delivery: Delivery): BrokerMessage {
  const offset = String(offsetOf(delivery))
  return messageOf(delivery, offset, offset)
}

export async function getFromStream(
  client: Client,
  ref: DestinationRef,
  id: string,
  call: Call,
): Promise<BrokerMessage> {
  const offset = parseOffset(id)
  if (offset === null) throw new BrokerError('not_found', 'No such message in this stream')
  const page = await readStreamPage(
    client,
    ref,
    { from: { kind: 'position', position: id }, limit: 1, maxBytes: Number.MAX_SAFE_INTEGER },
    call,
  )
  const message = page.messages[0]
  if (message?.id === id) return message
  throw new BrokerError('not_found', 'The stream no longer holds this offset')
}
