import type { Truth } from './bounds.ts'
import type { Fault } from './check.ts'

/** A number the console tells and the raw client knows. */
export interface Known {
  readonly kind: 'count' | 'rate'
  /** A destination or a group by its name. */
  readonly of: 'destination' | 'group'
  readonly name: string
  readonly metric: string
  /** Of a group: one partition's own. */
  readonly partition?: number
  /** For a rate: the count it is made of. */
  readonly truth: Truth
}

/** One broker under load, driven and known by its raw client alone. */
export interface Subject {
  readonly id: string
  readonly entry: Readonly<Record<string, unknown>>
  /** What is compared; called again and again, for topics come and go. */
  known(): readonly Known[]
  start(): Promise<void>
  /** Small cruelties of its own (a rebalance, a deleted topic, a trimmed log), in turn. */
  disturb(note: (what: string, lastsMs: number) => Fault): Promise<void>
  stop(): Promise<void>
}
