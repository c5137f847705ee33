import {
  BrokerError,
  type BrokerMessage,
  type BrowseFacet,
  type BrowsePage,
  type BrowseRequest,
} from '../../contract/index.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import { type Gate, sourceOf } from './gate.ts'
import {
  noEffect,
  parseLogId,
  parseQueueId,
  readCursor,
  showQueued,
  showRecord,
  writeCursor,
} from './views.ts'

export function browseOf(gate: Gate): BrowseFacet {
  return {
    read: (ref, request, call) =>
      gate.touch(call, () => {
        const { queue, log } = sourceOf(gate.broker, ref)
        return queue ? readQueue(queue, request) : readLog(log, request)
      }),
    get: (ref, id, call) =>
      gate.touch(call, () => {
        const { queue, log } = sourceOf(gate.broker, ref)
        return queue ? getQueued(queue, id) : getRecord(log, id)
      }),
  }
}

/** Collects until the request's limit of messages or bytes. */
class PageBuilder {
  readonly messages: BrokerMessage[] = []
  private bytes = 0
  private readonly request: BrowseRequest

  constructor(request: BrowseRequest) {
    this.request = request
  }

  get stoppedBy(): 'limit' | 'bytes' | null {
    if (this.messages.length >= this.request.limit) return 'limit'
    return this.bytes >= this.request.maxBytes ? 'bytes' : null
  }

  add(message: BrokerMessage): void {
    this.messages.push(message)
    this.bytes += message.body?.byteLength ?? 0
  }

  finish(next: string | null): BrowsePage {
    const [first, last] = [this.messages[0], this.messages.at(-1)]
    const ranges = first && last ? [{ from: first.position, to: last.position }] : []
    const stoppedBy = next === null ? 'end' : (this.stoppedBy ?? 'end')
    const scanned = { messages: this.messages.length, bytes: this.bytes, ranges, stoppedBy } as const
    return { messages: this.messages, next, effects: [noEffect], scanned, problems: [] }
  }
}

function badCursor(): BrokerError {
  return new BrokerError('bad_request', 'This cursor does not belong to this destination')
}

function readQueue(queue: SandboxQueue, request: BrowseRequest): BrowsePage {
  if (request.partition !== undefined && request.partition !== 0)
    throw new BrokerError('bad_request', 'A queue has no partitions')
  const { ready } = queue
  const { isDown, index: start } = startInQueue(queue, request)
  const page = new PageBuilder(request)
  let index = start
  for (; page.stoppedBy === null && index >= 0 && index < ready.length; index += isDown ? -1 : 1) {
    const message = ready[index]
    if (message) page.add(showQueued(message, index))
  }
  const following = index >= 0 ? ready[index] : undefined
  return page.finish(following ? writeCursor(isDown ? 'down' : 'up', [following.seq]) : null)
}

function startInQueue(queue: SandboxQueue, request: BrowseRequest): { isDown: boolean; index: number } {
  const { ready } = queue
  if (request.cursor !== undefined) {
    const cursor = readCursor(request.cursor)
    const [seq] = cursor?.numbers ?? []
    if (!cursor || seq === undefined || !['up', 'down'].includes(cursor.word)) throw badCursor()
    const index = queue.indexOf(seq)
    // Going down, what stood there may have left: the next older one follows.
    return cursor.word === 'up'
      ? { isDown: false, index }
      : { isDown: true, index: ready[index]?.seq === seq ? index : index - 1 }
  }
  const from = request.from ?? { kind: 'newest' as const }
  if (from.kind === 'newest') return { isDown: true, index: ready.length - 1 }
  if (from.kind === 'oldest') return { isDown: false, index: 0 }
  if (from.kind === 'time') {
    const index = ready.findIndex((message) => message.timestampMs >= from.atMs)
    return { isDown: false, index: index < 0 ? ready.length : index }
  }
  if (!/^\d{1,9}$/.test(from.position))
    throw new BrokerError(
      'bad_request',
      `A position in a queue is a number from its head, not "${from.position}"`,
    )
  return { isDown: false, index: Number(from.position) }
}

function readLog(log: SandboxLog, request: BrowseRequest): BrowsePage {
  if (request.partition !== undefined && !log.partition(request.partition))
    throw new BrokerError('bad_request', `${log.name} has no partition ${request.partition}`)
  const { isDown, offsets } = startInLog(log, request)
  const page = new PageBuilder(request)
  for (;;) {
    const best = pickNext(log, offsets, isDown)
    if (best === null) return page.finish(null)
    if (page.stoppedBy !== null) return page.finish(writeCursor(isDown ? 'down' : 'up', offsets))
    const record = log.partition(best)?.at(offsets[best] ?? -1)
    if (record) page.add(showRecord(best, record))
    offsets[best] = (offsets[best] ?? 0) + (isDown ? -1 : 1)
  }
}

/** The partition whose next record comes first by timestamp; ties go to the lower partition. */
function pickNext(log: SandboxLog, offsets: readonly number[], isDown: boolean): number | null {
  let best: number | null = null
  let bestMs = 0
  for (const [index, offset] of offsets.entries()) {
    const record = offset < 0 ? null : log.partition(index)?.at(offset)
    if (!record) continue
    if (best === null || (isDown ? record.timestampMs > bestMs : record.timestampMs < bestMs)) {
      best = index
      bestMs = record.timestampMs
    }
  }
  return best
}

/** For each partition the next offset to read; −1 where nothing is to be read. */
function startInLog(log: SandboxLog, request: BrowseRequest): { isDown: boolean; offsets: number[] } {
  if (request.cursor !== undefined) {
    const cursor = readCursor(request.cursor)
    if (!cursor || cursor.numbers.length !== log.partitions.length || !['up', 'down'].includes(cursor.word))
      throw badCursor()
    const isDown = cursor.word === 'down'
    // What retention took meanwhile is skipped going up; going down it is the end.
    const offsets = cursor.numbers.map((offset, index) =>
      offset < 0 || isDown ? offset : Math.max(offset, log.partition(index)?.start ?? 0),
    )
    return { isDown, offsets }
  }
  const from = request.from ?? { kind: 'newest' as const }
  const only = request.partition
  const at = from.kind === 'position' ? parsePosition(from.position, only) : null
  const offsets = log.partitions.map((partition, index) => {
    if (only !== undefined && only !== index) return -1
    if (at) return at.partition === index ? Math.max(at.offset, partition.start) : -1
    if (from.kind === 'newest') return partition.end - 1
    return from.kind === 'time' ? partition.offsetAt(from.atMs) : partition.start
  })
  if (at && !log.partition(at.partition))
    throw new BrokerError('bad_request', `${log.name} has no partition ${at.partition}`)
  return { isDown: from.kind === 'newest', offsets }
}

function parsePosition(position: string, partition: number | undefined) {
  const parsed = parseLogId(position)
  if (parsed && (partition === undefined || partition === parsed.partition)) return parsed
  if (/^\d{1,15}$/.test(position)) return { partition: partition ?? 0, offset: Number(position) }
  throw new BrokerError('bad_request', `A position here is <partition>-<offset>, not "${position}"`)
}

function getQueued(queue: SandboxQueue, id: string): BrokerMessage {
  const seq = parseQueueId(id)
  const message = seq === null ? null : queue.find(seq)
  if (!message) throw new BrokerError('not_found', 'This message is not in the queue any more')
  return showQueued(message, queue.indexOf(message.seq))
}

function getRecord(log: SandboxLog, id: string): BrokerMessage {
  const at = parseLogId(id)
  const record = at ? log.partition(at.partition)?.at(at.offset) : null
  if (!at || !record) throw new BrokerError('not_found', 'The log does not hold this message any more')
  return showRecord(at.partition, record)
}
