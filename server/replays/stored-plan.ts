import type { Effect } from '../../lib/schemas/ability.ts'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { Replay, ReplayInput } from '../../lib/schemas/replay.ts'
import type { DestinationRef } from '../brokers/contract/index.ts'
import type { ReplayRow } from '../storage/contract/index.ts'
import type { Ends } from './headers.ts'

/** A destination the run sends to. `mark`: the end of that log before the first send, where it can be searched. */
export interface KnownTarget {
  readonly ref: DestinationRef
  readonly mark: string | null
}

/**
 * What stands in the `plan` column: the request as validated (chosen ids are rows of the ledger, not repeated
 * here), and what was found and fixed when it was planned.
 */
export interface StoredPlan {
  readonly input: ReplayInput
  readonly source: DestinationRef
  readonly kind: BrokerKind
  readonly shape: 'queue' | 'log'
  /** Null: each message to its own origin. */
  readonly chosen: DestinationRef | null
  readonly targetBroker: string
  /** As they were when the run was planned: its rules do not change under way. */
  readonly ends: Ends
  readonly effects: readonly Effect[]
  readonly guarantee: string
  readonly notes: readonly string[]
  readonly stripped: readonly string[]
  readonly settles: 'removes' | 'marks'
  /** Messages in the source when the run was planned, and again when it was started. */
  readonly depthAtStart: number | null
  /** Who asked for the start; while the list is being frozen: start as soon as it stands. */
  readonly startedBy: string | null
  /** By destination id. */
  readonly targets: Readonly<Record<string, KnownTarget>>
  /** As last seen after the run. */
  readonly outcome?: Replay['outcome'] | undefined
}

export function readPlan(row: Pick<ReplayRow, 'plan'>): StoredPlan {
  return JSON.parse(row.plan) as StoredPlan
}

export function isAll(input: ReplayInput): boolean {
  return 'all' in input.select
}

/** On a queue the list of a run over everything is only a count: rows are written as messages are claimed. */
export function growsWhileRunning(plan: StoredPlan): boolean {
  return plan.shape === 'queue' && isAll(plan.input)
}
