import type { ItemState, Replay, ReplayItem } from '../../lib/schemas/replay.ts'
import { decodeRef, ok, unavailable } from '../brokers/contract/index.ts'
import type { LedgerRow, LedgerState, ReplayRow } from '../storage/contract/index.ts'
import { replayHeaders, replayIdOf } from './headers.ts'
import { foldCounts, isOver, type StateCounts } from './ledger.ts'
import { describeRun } from './sentence.ts'
import type { StoredPlan } from './stored-plan.ts'

export interface Presented {
  readonly row: ReplayRow
  readonly plan: StoredPlan
  readonly states: StateCounts
  /** Messages a second while it runs; null when not known yet. */
  readonly speed: number | null
  readonly nowMs: number
}

/** A run as the API shows it. */
export function presentRun({ row, plan, states, speed, nowMs }: Presented): Replay {
  const counts = foldCounts(states, row.total, row.state)
  const { input, outcome } = plan
  const chosen = 'destination' in input.target ? input.target : null
  const path = `/api/v1/replays/${encodeURIComponent(row.id)}`
  return {
    id: row.id,
    state: row.state,
    sentence: describeRun({ state: row.state, plan, counts, outcome, problem: row.problem }),
    broker: row.broker,
    source: { id: row.sourceId, name: plan.source.name },
    target: {
      origin: chosen === null,
      broker: plan.targetBroker,
      ...(chosen && plan.chosen ? { id: chosen.destination, name: plan.chosen.name } : {}),
      ...(chosen?.key === undefined ? {} : { key: chosen.key }),
      ...(chosen?.routingKey === undefined ? {} : { routingKey: chosen.routingKey }),
    },
    select: { all: 'all' in input.select, count: counts.total },
    rate: input.rate ?? null,
    dryRun: input.dryRun ?? false,
    counts,
    effects: [...plan.effects],
    settles: row.settles,
    plan: {
      stripped: [...plan.stripped],
      added: [...replayHeaders],
      guarantee: plan.guarantee,
      notes: [...plan.notes],
    },
    ...(row.state === 'running' ? paceOf(speed, counts.pending + counts.sent, nowMs) : {}),
    ...(isOver(row.state) && outcome ? { outcome } : {}),
    ...(row.problem === null ? {} : { problem: row.problem }),
    createdBy: row.createdBy,
    createdAt: timeOf(row.createdAtMs),
    startedAt: row.startedAtMs === null ? null : timeOf(row.startedAtMs),
    finishedAt: row.finishedAtMs === null ? null : timeOf(row.finishedAtMs),
    links: { self: path, items: `${path}/items` },
  }
}

function paceOf(
  speed: number | null,
  left: number,
  nowMs: number,
): Pick<Replay, 'ratePerSecond' | 'secondsLeft'> {
  if (speed === null) {
    const unknown = unavailable('It has only just begun', nowMs)
    return { ratePerSecond: unknown, secondsLeft: unknown }
  }
  return {
    ratePerSecond: ok(Math.round(speed * 10) / 10, 'per-second', nowMs, 'approximate'),
    secondsLeft:
      speed > 0
        ? ok(Math.ceil(left / speed), 'seconds', nowMs, 'estimated')
        : unavailable('Nothing moved in the last seconds', nowMs),
  }
}

const itemStates: Record<LedgerState, ItemState> = {
  frozen: 'pending',
  intent: 'sent',
  confirmed: 'sent',
  settled: 'done',
  failed: 'failed',
  uncertain: 'uncertain',
  skipped: 'skipped',
}
const notSentReason = 'The run ended before its turn'

export function presentItem(row: LedgerRow, run: Pick<ReplayRow, 'state'>): ReplayItem {
  const isLeft = row.state === 'frozen' && isOver(run.state)
  const reason = isLeft ? notSentReason : row.reason
  const target = row.target === null ? null : (decodeRef(row.target)?.name ?? row.target)
  return {
    row: row.row,
    replayId: replayIdOf(row.run, row.row),
    messageId: row.messageId,
    state: isLeft ? 'skipped' : itemStates[row.state],
    ...(target === null ? {} : { target }),
    ...(row.position === null ? {} : { position: row.position }),
    ...(reason === null ? {} : { reason }),
    at: timeOf(row.atMs),
  }
}

/** The ledger's states behind one of the API's; in a run that is over, what was never sent counts as skipped. */
export function statesOf(state: ItemState, run: Pick<ReplayRow, 'state'>): LedgerState[] {
  const states = (Object.keys(itemStates) as LedgerState[]).filter((name) => itemStates[name] === state)
  if (!isOver(run.state)) return states
  if (state === 'skipped') return [...states, 'frozen']
  return states.filter((name) => name !== 'frozen')
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
