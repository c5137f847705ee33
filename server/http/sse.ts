import type { Log } from '../log/contract.ts'
import { describeError } from './error-response.ts'
import { apiHeaders } from './headers.ts'

export interface ServerEvent {
  readonly event: string
  readonly data: unknown
  readonly id?: string
}

export interface StreamOptions {
  readonly requestId: string
  readonly log: Log | null
  /** Stops the source: aborted when the reader leaves. */
  readonly stop: AbortController
  readonly heartbeatMs?: number
}

/**
 * A stream of server-sent events, pulled: nothing is asked of `source` before the reader took what it got,
 * so a slow reader holds at most one event here and the source decides what it may skip. A comment goes out
 * every 15 s, so that proxies keep the connection and a gone reader is noticed. Ends with the source; an error
 * on the way is sent as event `problem`, then the stream ends.
 */
export function eventsResponse(source: AsyncIterable<ServerEvent>, options: StreamOptions): Response {
  const headers = apiHeaders(options.requestId)
  headers.set('content-type', 'text/event-stream; charset=utf-8')
  headers.set('cache-control', 'private, no-cache, no-store, no-transform')
  headers.set('x-accel-buffering', 'no')
  return new Response(openStream(source, options), { headers })
}

const encoder = new TextEncoder()
const written = new Map<
  string,
  { readonly id: string | undefined; readonly data: unknown; readonly bytes: Uint8Array }
>()

/**
 * The newest numbered event of a name is written out once, however many readers take the very same: with 500 of them
 * one sample was 500 texts. `data` must not be changed once it is told.
 */
function encodeEvent(event: ServerEvent): Uint8Array {
  if (event.id === undefined) return encoder.encode(formatEvent(event))
  const last = written.get(event.event)
  if (last && last.data === event.data && last.id === event.id) return last.bytes
  const bytes = encoder.encode(formatEvent(event))
  written.set(event.event, { id: event.id, data: event.data, bytes })
  return bytes
}

function openStream(source: AsyncIterable<ServerEvent>, options: StreamOptions): ReadableStream<Uint8Array> {
  const { stop, requestId, log, heartbeatMs = 15_000 } = options
  const iterator = source[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<ServerEvent>> | undefined
  const leave = () => {
    stop.abort()
    // A source that is still waiting ends by the signal; its rejection is nobody's news any more.
    next?.catch(() => undefined)
    iterator.return?.().catch(() => undefined)
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode('retry: 2000\n: open\n\n'))
      if (stop.signal.aborted) leave()
      else stop.signal.addEventListener('abort', leave, { once: true })
    },
    async pull(controller) {
      next ??= iterator.next()
      try {
        const result = await raceWithTimer(next, heartbeatMs, stop.signal)
        if (result === 'beat') return controller.enqueue(encoder.encode(': beat\n\n'))
        next = undefined
        if (result === 'stopped' || result.done) {
          controller.close()
          return leave()
        }
        controller.enqueue(encodeEvent(result.value))
      } catch (error) {
        if (!stop.signal.aborted) {
          const data = describeError(error, requestId, log).body
          controller.enqueue(encoder.encode(formatEvent({ event: 'problem', data })))
        }
        controller.close()
        leave()
      }
    },
    cancel: leave,
  })
}

/** `data` is JSON on one line: no content of a message can start a field of its own. */
export function formatEvent({ id, event, data }: ServerEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

async function raceWithTimer<T>(
  work: Promise<T>,
  afterMs: number,
  signal: AbortSignal,
): Promise<T | 'beat' | 'stopped'> {
  if (signal.aborted) return 'stopped'
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const beat = new Promise<'beat'>((resolve) => {
    timer = setTimeout(() => resolve('beat'), afterMs)
  })
  const stopped = new Promise<'stopped'>((resolve) => {
    onAbort = () => resolve('stopped')
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, beat, stopped])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}
