import type { MessageEvent, MessageStreamQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Message, Scanned } from '../../lib/schemas/message.ts'
import {
  type BrokerMessage,
  type Call,
  type DestinationDescription,
  shorten,
} from '../brokers/contract/index.ts'
import { type Matcher, newMatcher } from './filter.ts'
import type { Located } from './locate.ts'
import { parseFrom } from './parse-from.ts'
import { mergeScanned, nothingScanned } from './scanned.ts'

const describeMs = 10_000
/** A tail that cannot begin says so within this time, before the first event. */
const startMs = 300
const progressMs = 1_000

type Follow = (call: Call) => AsyncIterable<BrokerMessage>

/** Throws what is wrong with the destination or the query before anything is followed. */
export async function openTail(located: Located, query: MessageStreamQuery, call: Call): Promise<Follow> {
  const { connection, ref } = located
  const from = query.from === undefined ? null : parseFrom(query.from)
  const described = await connection.describeDestination(ref, shorten(call, describeMs))
  assertPartition(query.partition, described, ref.name)
  const { tail } = connection
  const ability = described.abilities.tail
  if (!tail || ability?.level === 'none') {
    throw new AppError('unsupported', ability?.reason ?? `${ref.name} cannot be followed`)
  }
  if (from && from.kind !== 'newest') {
    throw new AppError(
      'unsupported',
      'Following begins with what arrives from now on; list what lies there already',
    )
  }
  return (own) => tail.follow(ref, own)
}

function assertPartition(
  partition: number | undefined,
  described: DestinationDescription,
  name: string,
): void {
  if (partition === undefined) return
  const { partitions } = described.parts
  if (!partitions?.length) throw new AppError('bad_request', `${name} has no partitions`)
  if (partitions.every((row) => row.partition !== partition)) {
    throw new AppError('bad_request', `${name} has no partition ${partition}`)
  }
}

/**
 * Messages as they arrive. Pulled: the next is asked of the driver only when the reader took the last, so a slow
 * reader costs one message here and the driver's own bound there. Ends with the call, or after `limit`.
 */
export async function follow(
  open: Follow,
  query: MessageStreamQuery,
  present: (message: BrokerMessage) => Message,
  call: Call,
): Promise<AsyncIterable<MessageEvent>> {
  const stop = new AbortController()
  const own = { signal: AbortSignal.any([call.signal, stop.signal]), deadlineAt: call.deadlineAt }
  const source = open(own)[Symbol.asyncIterator]()
  // Asked for at once: "from now on" is when the stream was asked for, not when its first event is read.
  const first = source.next()
  first.catch(() => undefined)
  try {
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, startMs))])
  } catch (error) {
    stop.abort()
    throw error
  }
  return events(source, first, query, present, call, stop)
}

async function* events(
  source: AsyncIterator<BrokerMessage>,
  first: Promise<IteratorResult<BrokerMessage>>,
  query: MessageStreamQuery,
  present: (message: BrokerMessage) => Message,
  call: Call,
  stop: AbortController,
): AsyncGenerator<MessageEvent> {
  const accepts = newFilter(query)
  let scanned: Scanned = nothingScanned
  let told = -1
  let found = 0
  let next = first
  try {
    for (let progressAt = 0; ; ) {
      if (Date.now() >= progressAt) {
        if (told !== scanned.messages) yield { event: 'progress', data: { ...scanned, stoppedBy: 'time' } }
        told = scanned.messages
        progressAt = Date.now() + progressMs
      }
      const result = await orTimeout(next, progressAt - Date.now())
      if (result === null) continue
      if (result.done) break
      const message = result.value
      scanned = mergeScanned(scanned, scannedOf(message))
      if (accepts(message)) {
        found += 1
        yield { event: 'message', data: present(message) }
        if (found === query.limit) {
          yield { event: 'done', data: { ...scanned, stoppedBy: 'limit' } }
          return
        }
      }
      next = source.next()
      next.catch(() => undefined)
    }
    yield { event: 'done', data: { ...scanned, stoppedBy: call.signal.aborted ? 'cancelled' : 'end' } }
  } finally {
    stop.abort()
    source.return?.().catch(() => undefined)
  }
}

function newFilter(query: MessageStreamQuery): Matcher {
  const matches = query.filter ? newMatcher(query.filter) : () => true
  const { partition } = query
  if (partition === undefined) return matches
  return (message) => message.properties.partition === partition && matches(message)
}

function scannedOf({ properties, position, body }: BrokerMessage): Scanned {
  const range = { from: position, to: position }
  const { partition } = properties
  const ranges = [typeof partition === 'number' ? { partition, ...range } : range]
  return { messages: 1, bytes: body?.byteLength ?? 0, ranges, stoppedBy: 'end' }
}

async function orTimeout<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, ms))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
