import type { DestinationRef, Sample } from '../../contract/index.ts'
import { Clients } from './clients.ts'
import { type Content, contentOf, type Holder, type LazyContent } from './content.ts'
import { SandboxGroup } from './group.ts'
import { SandboxLog } from './log.ts'
import { Nodes } from './nodes.ts'
import { maxQueueLength, type QueueMessage, type QueueSettings, SandboxQueue } from './queue.ts'
import { hashBytes } from './random.ts'

export interface Binding {
  readonly exchange: string
  /** Exact, or with `*` for one word and `#` for any number. */
  readonly pattern: string
  readonly queue: string
}

/** What the broker does to those who ask: for tests, and for scenarios that show the console's own states. */
export type Fault = 'none' | 'down' | 'silent' | 'stale' | 'slow' | 'forbidden' | 'partial' | 'failed'

/** A worker a person may break and heal; what it cannot do lies in `deadLetters`. */
export interface BreakableWorker {
  isBroken: boolean
  readonly deadLetters: DestinationRef
}

/** What lives in the broker and moves it on; `tick` covers the `dtMs` before `atMs`. */
export interface World {
  readonly tick: (atMs: number, dtMs: number) => void
  readonly worker: BreakableWorker
}

export type Sent =
  | { readonly state: 'stored'; readonly refs: readonly DestinationRef[]; readonly position: string }
  | {
      readonly state: 'refused'
      readonly code: 'unroutable' | 'not_found' | 'rejected' | 'bad_request'
      readonly reason: string
    }

export interface Arrival {
  readonly queue?: QueueMessage
  readonly partition?: number
  readonly offset?: number
}
type Listener = (arrival: Arrival) => void

const stepMs = 1_000
/** Of a longer sleep (a closed laptop) the world lives only the end: catching up must not stop the console. */
const longSleepMs = 24 * 3_600_000

/**
 * A broker inside the console's own process. It has no timers: whoever asks first moves its world on, in whole
 * seconds since its birth, so the same seed and clock give the same history however often one looks (at least
 * once a day).
 */
export class SandboxBroker {
  readonly queues = new Map<string, SandboxQueue>()
  readonly logs = new Map<string, SandboxLog>()
  readonly exchanges = new Map<string, 'topic' | 'direct'>()
  readonly groups = new Map<string, SandboxGroup>()
  readonly bindings: Binding[] = []
  readonly clients = new Clients(this)
  readonly nodes = new Nodes(this)
  readonly bornMs: number
  readonly now: () => number
  fault: Fault = 'none'
  /** What it was like in the last minutes before its birth, oldest first; taken once. */
  past: readonly Sample[] = []
  /** Where a message goes that a full queue let go of. */
  onDrop: (queue: SandboxQueue, message: QueueMessage, atMs: number) => void = () => undefined
  /** Rises when everybody's connection broke: what was held before is held no more. */
  generation = 0
  private world: World | null = null
  private tickedMs: number
  private readonly listeners = new Map<string, Set<Listener>>()
  private unkeyed = 0

  constructor(now: () => number) {
    this.now = now
    this.bornMs = now()
    this.tickedMs = this.bornMs
  }

  settle(world: World): void {
    this.world = world
  }

  get worker(): BreakableWorker | null {
    return this.world?.worker ?? null
  }

  /** When its servers were started: before the past it tells. */
  get startedMs(): number {
    return this.bornMs - longSleepMs
  }

  advance(): void {
    const now = this.now()
    if (!this.world) this.tickedMs = now
    const asleepMs = now - this.tickedMs - longSleepMs
    if (asleepMs > 0) this.tickedMs += Math.floor(asleepMs / stepMs) * stepMs
    while (this.world && this.tickedMs + stepMs <= now) {
      this.tickedMs += stepMs
      this.clients.bringBack(this.tickedMs)
      this.world.tick(this.tickedMs, stepMs)
    }
    this.clients.bringBack(now)
  }

  addQueue(name: string, settings: QueueSettings = {}): SandboxQueue {
    const queue = new SandboxQueue(name, settings)
    this.queues.set(name, queue)
    return queue
  }

  addLog(name: string, partitions: number, keepEach?: number): SandboxLog {
    const log = new SandboxLog(name, partitions, keepEach)
    this.logs.set(name, log)
    return log
  }

  addGroup(name: string, log: SandboxLog): SandboxGroup {
    const group = new SandboxGroup(name, log)
    this.groups.set(name, group)
    return group
  }

  remove(ref: DestinationRef): boolean {
    for (const [name, group] of this.groups)
      if (group.log === this.logs.get(ref.name)) this.groups.delete(name)
    return ref.type === 'queue' ? this.queues.delete(ref.name) : this.logs.delete(ref.name)
  }

  has(ref: DestinationRef): boolean {
    if (ref.namespace !== undefined) return false
    if (ref.type === 'queue') return this.queues.has(ref.name)
    if (ref.type === 'topic') return this.logs.has(ref.name)
    return ref.type === 'exchange' && this.exchanges.has(ref.name)
  }

  routesOf(exchange: string, routingKey: string): SandboxQueue[] {
    const names = this.bindings
      .filter((binding) => binding.exchange === exchange && matchesKey(binding.pattern, routingKey))
      .map((binding) => binding.queue)
    return [...new Set(names)].flatMap((name) => this.queues.get(name) ?? [])
  }

  push(
    queue: SandboxQueue,
    message: {
      timestampMs: number
      content: LazyContent
      /** Absent: its timestamp. */
      arrivedMs?: number
      n?: number
      exchange?: string
      routingKey?: string
      attempts?: number
      fate?: number | null
    },
  ): QueueMessage {
    const { timestampMs, exchange = '', routingKey = queue.name } = message
    const defaults = { arrivedMs: timestampMs, n: 0, attempts: 0, fate: null }
    const added = queue.push({ ...defaults, ...message, exchange, routingKey })
    for (const dropped of queue.dropOver()) this.onDrop(queue, dropped, added.arrivedMs)
    if (this.listeners.size > 0) this.tell(`queue ${queue.name}`, { queue: added })
    return added
  }

  append(log: SandboxLog, partition: number, timestampMs: number, content: LazyContent, n?: number): number {
    const { offset } = log.append(partition, timestampMs, content, n)
    if (this.listeners.size > 0) this.tell(`topic ${log.name}`, { partition, offset })
    return offset
  }

  /** One message from a client, confirmed when it is stored. */
  publish(
    target: { ref: DestinationRef; routingKey?: string | undefined; partition?: number | undefined },
    content: Content,
    timestampMs: number | null,
  ): Sent {
    const { ref, routingKey = '', partition } = target
    const log = ref.type === 'topic' ? this.logs.get(ref.name) : undefined
    const blocked = this.nodes.blocked()
    if (blocked !== null && this.has(ref)) return refuse('rejected', blocked)
    if (log) {
      const chosen = partition ?? this.choosePartition(log, content.key)
      if (!log.partition(chosen)) return refuse('bad_request', `${ref.name} has no partition ${chosen}`)
      const offset = this.append(log, chosen, timestampMs ?? this.now(), content)
      return { state: 'stored', refs: [ref], position: `${chosen}-${offset}` }
    }
    if (!this.has(ref)) return refuse('not_found', `There is no ${ref.type} called ${ref.name}`)
    if (content.body === null) return refuse('bad_request', 'A queue takes no message without a body')
    const isQueue = ref.type === 'queue'
    const queues = isQueue
      ? [this.queues.get(ref.name)].flatMap((queue) => queue ?? [])
      : this.routesOf(ref.name, routingKey)
    if (queues.length === 0)
      return refuse('unroutable', `No queue is bound to ${ref.name} for the key "${routingKey}"`)
    if (queues.some((queue) => queue.depth >= maxQueueLength))
      return refuse('rejected', `The queue is full: ${maxQueueLength} messages`)
    const route = isQueue ? {} : { exchange: ref.name, routingKey }
    const added = queues.map((queue) =>
      this.push(queue, {
        timestampMs: timestampMs ?? this.now(),
        arrivedMs: this.now(),
        content,
        ...route,
      }),
    )
    const refs = queues.map((queue) => ({ type: 'queue' as const, name: queue.name }))
    return { state: 'stored', refs, position: String(added[0]?.seq ?? 0) }
  }

  /** What arrives at a destination from now on; call the answer to stop. */
  listen(ref: DestinationRef, listener: Listener): () => void {
    const key = `${ref.type} ${ref.name}`
    const set = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, set.add(listener))
    return () => {
      set.delete(listener)
      if (set.size === 0) this.listeners.delete(key)
    }
  }

  /** Every connection breaks: held messages go back to their places. */
  breakConnections(): void {
    this.generation += 1
    for (const queue of this.queues.values())
      for (const seq of [...queue.held.keys()]) queue.giveBack(seq, true)
  }

  private choosePartition(log: SandboxLog, key: Uint8Array | null): number {
    if (key) return hashBytes(key) % log.partitions.length
    this.unkeyed += 1
    return this.unkeyed % log.partitions.length
  }

  private tell(key: string, arrival: Arrival): void {
    for (const listener of this.listeners.get(key) ?? []) listener(arrival)
  }
}

function refuse(code: 'unroutable' | 'not_found' | 'rejected' | 'bad_request', reason: string): Sent {
  return { state: 'refused', code, reason }
}

function matchesKey(pattern: string, key: string): boolean {
  return pattern === key || matchesWords(pattern.split('.'), key === '' ? [] : key.split('.'))
}

function matchesWords([first, ...patterns]: readonly string[], words: readonly string[]): boolean {
  if (first === undefined) return words.length === 0
  if (first === '#')
    return (
      matchesWords(patterns, words) || (words.length > 0 && matchesWords(['#', ...patterns], words.slice(1)))
    )
  const [word, ...rest] = words
  return word !== undefined && (first === '*' || first === word) && matchesWords(patterns, rest)
}

/** The content with the worker's view of it: JSON, or null when it does not parse. */
export function parseBody(holder: Holder): Record<string, unknown> | null {
  const { body } = contentOf(holder)
  try {
    const value: unknown = JSON.parse(Buffer.from(body ?? []).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
