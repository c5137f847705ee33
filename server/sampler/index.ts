import { type Call, type GuardedBroker, newCall } from '../brokers/contract/index.ts'
import type { RecentSeries } from '../series/index.ts'
import type { Row, Snapshot } from './book.ts'
import { allowedAgeMs, staleReason } from './freshness.ts'
import type { Health } from './health.ts'
import type { SamplerPorts } from './ports.ts'
import { BrokerView } from './views.ts'
import { Watcher } from './watcher.ts'

export type { GroupRow, Row, Snapshot } from './book.ts'
export type { Health } from './health.ts'
export type { SamplerPorts } from './ports.ts'
export { findById, searchProblems, searchSources } from './search.ts'
export { type BrokerView, readGroupKey } from './views.ts'
export { systemCaller } from './watcher.ts'

interface Entry {
  readonly watcher: Watcher
  readonly view: BrokerView
}

/** What the sampler knows of one broker, for engines and metrics. */
export interface Watched {
  readonly broker: GuardedBroker
  readonly health: Health
  readonly snapshot: Snapshot | null
  readonly sampleMs: number
  readonly intervalMs: number
  readonly failures: number
}

/** Why what is known of a broker is not current; null when it is. Nothing read yet is not current. */
export function staleOf({ health, snapshot, intervalMs }: Watched, nowMs: number): string | null {
  if (!snapshot) return health.reason ?? 'the broker has not answered yet'
  return staleReason(health, snapshot.sampledAtMs, nowMs, allowedAgeMs(intervalMs))
}

/** One watcher a broker; nothing starts before `add`. */
export class Sampler {
  readonly #ports: SamplerPorts
  readonly #entries = new Map<string, Entry>()

  constructor(ports: SamplerPorts) {
    this.#ports = ports
  }

  /** One of this id that is watched already is replaced: what was known of it may not hold any more. */
  add(broker: GuardedBroker): void {
    void this.#entries.get(broker.id)?.watcher.stop()
    const watcher = new Watcher(broker, this.#ports)
    this.#entries.set(broker.id, { watcher, view: new BrokerView(watcher, this.#ports.now) })
    watcher.start()
  }

  /** Stops reading it; what was under way is not heard any more. */
  remove(id: string): void {
    const entry = this.#entries.get(id)
    this.#entries.delete(id)
    void entry?.watcher.stop()
  }

  view(id: string): BrokerView | null {
    return this.#entries.get(id)?.view ?? null
  }

  watched(): readonly Watched[] {
    return [...this.#entries.values()].map(({ watcher }) => ({
      broker: watcher.broker,
      health: watcher.health,
      snapshot: watcher.book.snapshot,
      sampleMs: watcher.sampleMs,
      intervalMs: watcher.sampling.intervalMs,
      failures: watcher.failures,
    }))
  }

  /** What is kept of its last minutes. */
  recentOf(broker: string): RecentSeries | null {
    return this.#entries.get(broker)?.watcher.recent ?? null
  }

  /** Null before the first one. */
  snapshot(broker: string): Snapshot | null {
    return this.#entries.get(broker)?.watcher.book.snapshot ?? null
  }

  row(broker: string, id: string): Row | null {
    return this.#entries.get(broker)?.watcher.book.snapshot?.byId.get(id) ?? null
  }

  /** Counts as watching: values are to be at most 5 s old for the next minute. */
  watch(broker: string): void {
    this.#entries.get(broker)?.watcher.watch()
  }

  /** Waits until current values are there, at most 2 s (10 s for a first connection). */
  async freshen(broker: string, call: Call = newCall(10_000)): Promise<void> {
    await this.#entries.get(broker)?.watcher.freshen(call)
  }

  /** Something was written there: the next values should show it. */
  touch(broker: string): void {
    this.#entries.get(broker)?.watcher.touch()
  }

  /** What is known of messages there changed: roles are found anew. */
  redetect(broker: string): void {
    this.#entries.get(broker)?.watcher.redetect()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ watcher }) => watcher.stop()))
  }
}
