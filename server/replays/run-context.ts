import {
  type BrokerConnection,
  BrokerError,
  type Claim,
  type ClaimFacet,
  type Outgoing,
} from '../brokers/contract/index.ts'
import type { LedgerState, LedgerUpdate } from '../storage/contract/index.ts'
import type { Control } from './control.ts'
import type { RunLedger } from './ledger.ts'
import { buildOutgoing } from './outgoing.ts'
import type { Pace } from './pace.ts'
import type { ReplayPorts } from './ports.ts'
import type { StoredPlan } from './stored-plan.ts'
import type { Targets } from './targets.ts'

/** Everything one pass over a run needs. */
export interface RunContext {
  readonly id: string
  readonly plan: StoredPlan
  readonly total: number
  readonly ports: ReplayPorts
  readonly ledger: RunLedger
  readonly source: BrokerConnection
  readonly target: BrokerConnection
  readonly targets: Targets
  readonly control: Control
  readonly pace: Pace
}

/** A message whose row stands as `intent`: it may be handed to the socket. */
export interface Send {
  readonly claim: Claim
  readonly row: number
  readonly targetId: string
  readonly outgoing: Outgoing
}
export interface Removal {
  readonly claim: Claim
  readonly row: number
}
/** One page of claims, decided and written down. */
export interface PageWork {
  readonly sends: readonly Send[]
  /** Delivered before a stop: only the copy in the source is left to remove. */
  readonly removals: readonly Removal[]
}

export interface Prepared {
  readonly row: number
  readonly messageId: string
  readonly state: Extract<LedgerState, 'intent' | 'failed' | 'skipped'>
  readonly target: string | null
  readonly reason: string | null
  readonly send: Send | null
}

/** What the row becomes and, unless it cannot or (a dry run) shall not be sent, the message to send. */
export async function prepareRow(
  context: RunContext,
  claim: Claim,
  row: number,
  atMs = context.ports.now(),
): Promise<Prepared> {
  const { plan, targets, id } = context
  const messageId = claim.message.id
  const resolution = await targets.resolve(claim.message)
  if ('refused' in resolution) {
    return { row, messageId, state: 'failed', target: null, reason: resolution.refused, send: null }
  }
  const { target, id: targetId, reading } = resolution
  if (plan.input.dryRun) {
    return { row, messageId, state: 'skipped', target: targetId, reason: dryRunReason, send: null }
  }
  const stamp = { run: id, row, from: plan.source.name, atMs }
  const outgoing = buildOutgoing(claim.message, reading, plan, target, stamp, chosenKey(plan))
  return {
    row,
    messageId,
    state: 'intent',
    target: targetId,
    reason: null,
    send: { claim, row, targetId, outgoing },
  }
}

export const dryRunReason = 'Dry run: it would be sent there'

export function asUpdate({ row, state, target, reason }: Prepared): LedgerUpdate {
  return { row, state, target, reason }
}

function chosenKey(plan: StoredPlan): string | undefined {
  return 'destination' in plan.input.target ? plan.input.target.key : undefined
}

export function claimOf({ source }: RunContext): ClaimFacet {
  if (!source.claim) throw new BrokerError('unsupported', 'Nothing can be taken from this broker')
  return source.claim
}
