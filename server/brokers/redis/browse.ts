import {
  BrokerError,
  type BrokerMessage,
  type BrowseFacet,
  type BrowsePage,
  type BrowseRequest,
  type Call,
  type DestinationRef,
  decodeParts,
  encodeParts,
} from '../contract/index.ts'
import { getElement, readList } from './browse-list.ts'
import { type Context, expectType, keyOf, unsupportedType } from './context.ts'
import { type Range, readEntries } from './entries.ts'
import { messageOfEntry, parseEntryId } from './map.ts'
import { listOf } from './reply.ts'
import { noEffect } from './rights.ts'

export function openBrowse(context: Context): BrowseFacet {
  return {
    read: async (ref, request, call) => {
      if (request.partition !== undefined && request.partition !== 0)
        throw new BrokerError('bad_request', 'Redis has no partitions')
      if (ref.type === 'stream') return readStream(context, ref, request, call)
      if (ref.type === 'list') return readList(context, ref, request, call)
      throw unsupportedType(ref, 'browsed')
    },
    get: async (ref, id, call) => {
      if (ref.type === 'list') return getElement(context, ref, id, call)
      if (ref.type !== 'stream') throw unsupportedType(ref, 'browsed')
      const key = keyOf(context, ref)
      const position = parseId(id)
      const [type, rows] = await context.link.run(
        key,
        [
          ['TYPE', key],
          ['XRANGE', key, position, position],
        ],
        call,
      )
      expectType(type, ref)
      const [row] = listOf(rows)
      const message = row === undefined ? null : messageOfEntry(row, context.options.bodyField)
      if (!message) throw new BrokerError('not_found', `The entry ${id} is not in ${ref.name}`)
      return message
    },
  }
}

/** An id that no entry can have is one that is not there. */
function parseId(id: string): string {
  try {
    return parseEntryId(id)
  } catch {
    throw new BrokerError('not_found', 'There is no such entry')
  }
}

async function readStream(
  context: Context,
  ref: DestinationRef,
  request: BrowseRequest,
  call: Call,
): Promise<BrowsePage> {
  const range = rangeOf(request)
  const key = keyOf(context, ref)
  const [type] = await context.link.run(key, [['TYPE', key]], call)
  expectType(type, ref)
  const messages: BrokerMessage[] = []
  let [bytes, stoppedBy] = [0, 'end' as 'end' | 'limit' | 'bytes']
  // One more than asked for tells whether a next page has anything.
  reading: for await (const page of readEntries(context, key, range, request.limit + 1, call)) {
    for (const message of page) {
      if (messages.length === request.limit) stoppedBy = 'limit'
      else if (messages.length > 0 && bytes + message.sizeBytes > request.maxBytes) stoppedBy = 'bytes'
      if (stoppedBy !== 'end') break reading
      messages.push(message)
      bytes += message.sizeBytes
    }
  }
  const [first, last] = [messages.at(0), messages.at(-1)]
  return {
    messages,
    next: stoppedBy === 'end' || !last ? null : encodeParts([range.order, last.id]),
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

function rangeOf(request: BrowseRequest): Range {
  if (request.cursor !== undefined) {
    const [order, id] = decodeParts(request.cursor) ?? []
    if (id === undefined || (order !== 'ascending' && order !== 'descending'))
      throw new BrokerError('bad_request', 'The cursor is not one of ours')
    const from = `(${parseEntryId(id)}`
    return order === 'ascending' ? { from, to: '+', order } : { from, to: '-', order }
  }
  const from = request.from ?? { kind: 'newest' }
  if (from.kind === 'newest') return { from: '+', to: '-', order: 'descending' }
  if (from.kind === 'oldest') return { from: '-', to: '+', order: 'ascending' }
  const start = from.kind === 'time' ? `${Math.max(0, Math.floor(from.atMs))}-0` : parseEntryId(from.position)
  return { from: start, to: '+', order: 'ascending' }
}
