import { BrokerError, type Call, shorten, within } from '../contract/index.ts'
import type { AmqpChannel, Delivery } from './amqplib.ts'
import { mapAmqpError } from './errors.ts'
import type { Links } from './links.ts'
import { offsetOf } from './map.ts'

export type StreamStart = 'first' | 'last' | 'next' | { readonly offset: bigint } | { readonly atMs: number }

const credit = 1_000
/** An attached reader of a stream that has something to give starts within this time. */
const firstMs = 700
const quietMs = 120
/** Long enough for one chunk, the last. */
const lastChunkMs = 600

/**
 * Reads a stream from a place on, by offset, without any effect. A stream consumer gets whole chunks at its
 * own pace: the broker sends at most `credit` messages ahead of what was acknowledged.
 */
export class StreamReader {
  readonly #channel: AmqpChannel
  readonly #arrived: Delivery[] = []
  #wake: (() => void) | null = null
  #lost: BrokerError | null = null
  #unacked = 0
  #tag: string | null = null
  #started = false

  private constructor(channel: AmqpChannel) {
    this.#channel = channel
  }

  static async open(
    links: Links,
    vhost: string,
    stream: string,
    start: StreamStart,
    ahead: number,
    call: Call,
  ): Promise<StreamReader> {
    const channel = await links.channel(vhost, 'read', call)
    const reader = new StreamReader(channel)
    let reason: BrokerError | null = null
    channel.on('error', (error: unknown) => {
      reason = mapAmqpError(error)
    })
    channel.on('close', () =>
      reader.#lose(reason ?? new BrokerError('unreachable', 'The connection to RabbitMQ was lost')),
    )
    try {
      const prefetch = Math.max(1, Math.min(ahead, credit))
      await within(call, channel.prefetch(prefetch))
      const options = { noAck: false, arguments: { 'x-stream-offset': specOf(start) } }
      const { consumerTag } = await within(
        call,
        channel.consume(stream, (delivery) => reader.#accept(delivery), options),
      )
      reader.#tag = consumerTag
      return reader
    } catch (error) {
      channel.close().catch(() => undefined)
      throw mapAmqpError(error)
    }
  }

  #accept(delivery: Delivery | null): void {
    if (delivery === null) {
      this.#lose(new BrokerError('not_found', 'The stream was deleted or moved meanwhile'))
      return
    }
    this.#arrived.push(delivery)
    this.#wake?.()
  }

  #lose(reason: BrokerError): void {
    this.#lost ??= reason
    this.#wake?.()
  }

  /** The next messages in offset order, at most `max`; empty when the stream has been quiet: its end. */
  async next(max: number, call: Call): Promise<Delivery[]> {
    if (this.#arrived.length === 0 && this.#lost === null) {
      let timer: NodeJS.Timeout | undefined
      const arrival = new Promise<void>((resolve) => {
        this.#wake = resolve
        timer = setTimeout(resolve, this.#started ? quietMs : firstMs)
      })
      try {
        await within(call, arrival)
      } finally {
        clearTimeout(timer)
        this.#wake = null
      }
    }
    if (this.#arrived.length === 0 && this.#lost) throw this.#lost
    this.#started = true
    const batch = this.#arrived.splice(0, max)
    const last = batch.at(-1)
    this.#unacked += batch.length
    // Acknowledging only asks for more; a stream forgets nothing by it.
    if (last && this.#unacked >= 100 && this.#lost === null) {
      this.#channel.ack(last, true)
      this.#unacked = 0
    }
    return batch
  }

  /** Asks for more at once, where a page reads on beyond its credit. */
  askOn(last: Delivery): void {
    if (this.#lost || this.#unacked === 0) return
    this.#channel.ack(last, true)
    this.#unacked = 0
  }

  /** Cancelled first: of a stream consumer whose channel just closes, 3.10 keeps a record for ever and counts it. */
  close(): void {
    const cancelled = this.#tag === null || this.#lost ? Promise.resolve() : this.#channel.cancel(this.#tag)
    cancelled
      .catch(() => undefined)
      .then(() => this.#channel.close())
      .catch(() => undefined)
  }
}

function specOf(start: StreamStart): unknown {
  if (typeof start === 'string') return start
  if ('offset' in start) return { tag: 'l', value: start.offset }
  return { tag: 'T', value: BigInt(Math.max(0, Math.floor(start.atMs / 1000))) }
}

export interface StreamEnds {
  readonly first: bigint
  readonly last: bigint
}

/** The first and last offset there are now; null for an empty stream. */
export async function readStreamEnds(
  links: Links,
  vhost: string,
  stream: string,
  call: Call,
): Promise<StreamEnds | null> {
  const probe = shorten(call, 10_000)
  const [head, tail] = await Promise.all([
    readEdge(links, vhost, stream, 'first', probe),
    readEdge(links, vhost, stream, 'last', probe),
  ])
  return head === null || tail === null ? null : { first: head, last: tail }
}

/**
 * `first`: the first message's offset. `last` starts at the last chunk, so its own last message is read. A stream
 * that is written to all the time never goes quiet: what has come by then is past the end as it was when asked.
 */
async function readEdge(
  links: Links,
  vhost: string,
  stream: string,
  edge: 'first' | 'last',
  call: Call,
): Promise<bigint | null> {
  const reader = await StreamReader.open(links, vhost, stream, edge, edge === 'first' ? 1 : credit, call)
  try {
    let found: bigint | null = null
    let until = Number.POSITIVE_INFINITY
    while (Date.now() < until) {
      const batch = await reader.next(credit, call)
      const last = batch.at(edge === 'first' ? 0 : -1)
      if (last === undefined) return found
      found = offsetOf(last)
      if (edge === 'first') return found
      until = Math.min(until, Date.now() + lastChunkMs)
      const end = batch.at(-1)
      if (end) reader.askOn(end)
    }
    return found
  } finally {
    reader.close()
  }
}
