import type { Holder } from './content.ts'

export interface QueueMessage extends Holder {
  /** Rises by one a message and never changes: the order of the queue, and the message's name. */
  readonly seq: number
  /** When it came here; its own timestamp is its publisher's choice. */
  readonly arrivedMs: number
  readonly exchange: string
  readonly routingKey: string
  /** Failed attempts of the worker. */
  readonly attempts: number
  /** What the world's own traffic will meet, in the world's own numbers; null for what people send. */
  readonly fate: number | null
  redelivered: boolean
}

export interface QueueSettings {
  /** Where rejects go: the exchange and key, and the queue this ends in (null: the exchange does not exist). */
  readonly deadLetter?:
    | { readonly exchange: string; readonly key: string; readonly to: string | null }
    | undefined
  /** Messages expire after this and follow `deadLetter`: a retry queue. */
  readonly ttlMs?: number | undefined
  /** So many may be ready; the oldest beyond that leave for `deadLetter`. */
  readonly maxLength?: number | undefined
}

export interface QueueConsumer {
  readonly tag: string
  readonly host: string
  readonly prefetch: number
}

/** More than this is refused: the sandbox lives in the console's own memory. */
export const maxQueueLength = 100_000

export class SandboxQueue {
  readonly name: string
  readonly settings: QueueSettings
  /** Oldest first, ascending `seq`. */
  ready: QueueMessage[] = []
  readonly held = new Map<number, QueueMessage>()
  /** Which consumer holds what, and since when; what is held without it is held by the console. */
  private readonly holders = new Map<number, { readonly tag: string; readonly sinceMs: number }>()
  consumers: readonly QueueConsumer[] = []
  readonly counters = { published: 0, delivered: 0, acked: 0, redelivered: 0, expired: 0 }
  private lastSeq = 0

  constructor(name: string, settings: QueueSettings = {}) {
    this.name = name
    this.settings = settings
  }

  get depth(): number {
    return this.ready.length + this.held.size
  }

  get lastSequence(): number {
    return this.lastSeq
  }

  push(message: Omit<QueueMessage, 'seq' | 'redelivered'>): QueueMessage {
    this.lastSeq += 1
    this.counters.published += 1
    const added = { ...message, seq: this.lastSeq, redelivered: false }
    this.ready.push(added)
    return added
  }

  /** So many came and were handled at once. */
  passThrough(count: number): void {
    this.lastSeq += count
    this.counters.published += count
    this.counters.delivered += count
    this.counters.acked += count
  }

  /** Index of the first ready message whose `seq` is at least the given one. */
  indexOf(seq: number): number {
    let low = 0
    let high = this.ready.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.ready[middle]?.seq ?? 0) < seq) low = middle + 1
      else high = middle
    }
    return low
  }

  find(seq: number): QueueMessage | null {
    const message = this.ready[this.indexOf(seq)]
    return message?.seq === seq ? message : null
  }

  /** Hands over up to `count` from the head to a consumer, which keeps them until it acknowledges or is cut off. */
  deliver(consumer: QueueConsumer, count: number, atMs: number): void {
    const room = Math.min(count, consumer.prefetch - this.heldBy(consumer.tag).length)
    for (const { seq } of room > 0 ? this.holdHead(room) : [])
      this.holders.set(seq, { tag: consumer.tag, sinceMs: atMs })
  }

  /** Sequences a consumer holds, oldest first; without a tag, what the console holds. */
  heldBy(tag?: string): number[] {
    return [...this.held.keys()].filter((seq) => this.holders.get(seq)?.tag === tag)
  }

  /** Since when it is held by a consumer. */
  heldSinceMs(seq: number): number | null {
    return this.holders.get(seq)?.sinceMs ?? null
  }

  /** What is beyond `maxLength` leaves from the head. */
  dropOver(): QueueMessage[] {
    const { maxLength } = this.settings
    return maxLength === undefined || this.ready.length <= maxLength
      ? []
      : this.ready.splice(0, this.ready.length - maxLength)
  }

  /** Hands over up to `count` from the head: held until they are acknowledged or given back. */
  holdHead(count: number): QueueMessage[] {
    const taken = this.ready.splice(0, count)
    for (const message of taken) this.hold(message)
    return taken
  }

  holdOne(seq: number): QueueMessage | null {
    const index = this.indexOf(seq)
    const message = this.ready[index]
    if (message?.seq !== seq) return null
    this.ready.splice(index, 1)
    this.hold(message)
    return message
  }

  private hold(message: QueueMessage): void {
    this.held.set(message.seq, message)
    this.counters.delivered += 1
    if (message.redelivered) this.counters.redelivered += 1
  }

  /** Whether it was still held. */
  acknowledge(seq: number): boolean {
    const wasHeld = this.held.delete(seq)
    this.holders.delete(seq)
    if (wasHeld) this.counters.acked += 1
    return wasHeld
  }

  /** Back to its own place; `redelivered` is what the next consumer sees. */
  giveBack(seq: number, redelivered: boolean): void {
    const message = this.held.get(seq)
    if (!message) return
    this.held.delete(seq)
    this.holders.delete(seq)
    if (redelivered) message.redelivered = true
    this.ready.splice(this.indexOf(seq), 0, message)
  }

  /** Takes what came before `beforeMs` from the head and acknowledges it at once: a worker, or an expiry. */
  consume(count: number, beforeMs: number): QueueMessage[] {
    const most = Math.min(count, this.ready.length)
    let due = 0
    while (due < most && (this.ready[due]?.arrivedMs ?? 0) <= beforeMs) due += 1
    const taken = this.holdHead(due)
    for (const message of taken) this.acknowledge(message.seq)
    return taken
  }
}
