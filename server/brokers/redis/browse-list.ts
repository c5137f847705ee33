import { createHash } from 'node:crypto'
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
import { type Context, expectType, keyOf } from './context.ts'
import { bytesOf, listOf, numberOf } from './reply.ts'
import { noEffect } from './rights.ts'

const elementsPerRequest = 100

/** Elements by their place, the head (index 0) first; `newest` walks from the tail, where RPUSH adds. */
export async function readList(
  context: Context,
  ref: DestinationRef,
  request: BrowseRequest,
  call: Call,
): Promise<BrowsePage> {
  const { order, start } = startOf(request)
  const key = keyOf(context, ref)
  const [type, length] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['LLEN', key],
    ],
    call,
  )
  expectType(type, ref)
  const end = numberOf(length)
  const messages: BrokerMessage[] = []
  let [bytes, at, stoppedBy] = [
    0,
    start ?? (order === 'ascending' ? 0 : end - 1),
    'end' as 'end' | 'limit' | 'bytes',
  ]
  reading: while (order === 'ascending' ? at < end : at >= 0) {
    const [from, to] =
      order === 'ascending'
        ? [at, Math.min(end, at + elementsPerRequest) - 1]
        : [Math.max(0, at - elementsPerRequest + 1), at]
    const [reply] = await context.link.run(key, [['LRANGE', key, from, to]], call)
    const found = listOf(reply).map((value, i) => elementAt(from + i, bytesOf(value)))
    if (order === 'descending') found.reverse()
    for (const message of found) {
      if (messages.length === request.limit) stoppedBy = 'limit'
      else if (messages.length > 0 && bytes + message.sizeBytes > request.maxBytes) stoppedBy = 'bytes'
      if (stoppedBy !== 'end') break reading
      messages.push(message)
      bytes += message.sizeBytes
      at += order === 'ascending' ? 1 : -1
    }
    // Somebody popped meanwhile: the list is shorter than it was.
    if (found.length === 0) break
  }
  const [first, last] = [messages.at(0), messages.at(-1)]
  return {
    messages,
    next: stoppedBy === 'end' ? null : encodeParts([order, String(at)]),
    effects: [noEffect],
    scanned: {
      messages: messages.length,
      bytes,
      ranges: first && last ? [{ from: first.position, to: last.position }] : [],
      stoppedBy,
    },
    problems: [],
  }
}

/** The element at that place, if it is still the same. */
export async function getElement(
  context: Context,
  ref: DestinationRef,
  id: string,
  call: Call,
): Promise<BrokerMessage> {
  const index = Number(/^(\d{1,15})-[0-9a-f]{16}$/.exec(id)?.[1] ?? Number.NaN)
  if (!Number.isInteger(index)) throw new BrokerError('not_found', 'There is no such element')
  const key = keyOf(context, ref)
  const [type, value] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['LINDEX', key, index],
    ],
    call,
  )
  expectType(type, ref)
  const message = value === null ? null : elementAt(index, bytesOf(value))
  if (message?.id !== id)
    throw new BrokerError('not_found', `Another element stands at place ${index} of ${ref.name} now`)
  return message
}

function elementAt(index: number, body: Buffer): BrokerMessage {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16)
  return {
    id: `${index}-${hash}`,
    position: String(index),
    key: null,
    body,
    headers: [],
    properties: { index },
    timestampMs: null,
    sizeBytes: body.length,
  }
}

function startOf(request: BrowseRequest): { order: 'ascending' | 'descending'; start: number | null } {
  if (request.cursor !== undefined) {
    const [order, at] = decodeParts(request.cursor) ?? []
    if ((order !== 'ascending' && order !== 'descending') || !/^\d{1,15}$/.test(at ?? ''))
      throw new BrokerError('bad_request', 'The cursor is not one of ours')
    return { order, start: Number(at) }
  }
  const from = request.from ?? { kind: 'newest' }
  if (from.kind === 'time') throw new BrokerError('unsupported', 'The elements of a list have no time')
  if (from.kind === 'newest') return { order: 'descending', start: null }
  if (from.kind === 'oldest') return { order: 'ascending', start: 0 }
  if (!/^\d{1,15}$/.test(from.position))
    throw new BrokerError('bad_request', `${JSON.stringify(from.position)} is not a place in a list`)
  return { order: 'ascending', start: Number(from.position) }
}
