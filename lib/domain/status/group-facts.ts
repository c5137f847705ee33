import { groupPath } from '../../format/paths.ts'
import type { Points } from '../../format/points.ts'
import type { Group, LagRow, PendingEntry } from '../../schemas/group.ts'
import { membersOf } from '../members.ts'
import { stillAfterMs, stillForMs } from '../movement.ts'
import type { GroupFacts, PartFacts } from './facts.ts'

/** Rates and "was caught up" look back so far. */
const lookBackMs = 5 * 60_000
const oftenDelivered = 3
/** Fewer known looks than this say nothing of a trend. */
const fewestLooks = 5

export interface GroupRecent {
  readonly lag: Points | null
  readonly inRate: Points | null
  readonly outRate: Points | null
}
export const nothingRecent: GroupRecent = { lag: null, inRate: null, outRate: null }

/** What a group's lag is counted by: a Redis stream has no partitions. */
export function partWord(group: Pick<Group, 'type'>): 'partition' | 'stream' {
  return group.type === 'redis' ? 'stream' : 'partition'
}

/** A group as it was read, with or without what the API adds. */
export type ReadGroup = Omit<Group, 'abilities' | 'links'>

/** What one reading of the group and its last minutes say, as facts to judge. */
export function factsOfGroup(
  broker: string,
  group: ReadGroup,
  recent: GroupRecent,
  nowMs: number,
  rebalance: GroupFacts['rebalance'] = null,
): GroupFacts {
  const topics = new Set(group.lag.map((row) => row.destination))
  const part = partWord(group)
  const since = group.lag.flatMap((row) => (row.movement ? [Date.parse(row.movement.since)] : []))
  const lags = tail(recent.lag).filter((point) => point !== null)
  return {
    part,
    state: group.state,
    members: membersOf(group),
    parts: group.lag.map((row) => partFacts(row, part, topics.size > 1, nowMs)),
    unknownReason: reasonOf(group),
    overdue: overdueOf(group.pending),
    isFetching: fetchingOf(group),
    rebalance: rebalance ?? (isRebalancing(group.state) ? { isOver: false, forMs: 0 } : null),
    arriving: mean(recent.inRate),
    reading: mean(recent.outRate),
    wasCaughtUp: lags.includes(0),
    neverFell: trendOf(recent.lag, lags),
    lossInMs: lossOf(group),
    watchedMs: since.length > 0 ? Math.max(0, nowMs - Math.min(...since)) : null,
    next: { label: 'Open group', href: groupPath(broker, group.id) },
  }
}

/** The broker's own words for it: preparingrebalance, completingrebalance, assigning, reconciling. */
export function isRebalancing(state: string): boolean {
  return state.includes('rebalanc') || state === 'assigning' || state === 'reconciling'
}

function partFacts(row: LagRow, part: 'partition' | 'stream', isOfMany: boolean, nowMs: number): PartFacts {
  const name = part === 'stream' ? row.destination : String(row.partition)
  const { movement, lagSeconds, lost } = row
  const rewound = movement?.rewound
  return {
    name: isOfMany && part === 'partition' ? `${row.destination} / ${name}` : name,
    lag: row.lag.state === 'ok' ? row.lag.value : null,
    stillMs: stillForMs(row, nowMs),
    hasMoved: movement !== undefined && (movement.committedAt !== null || movement.waitingAt !== undefined),
    arrived: movement?.arrived ?? null,
    member: row.member ?? null,
    spanMs: movement?.commitSpanMs ?? null,
    rewound: rewound
      ? { messages: rewound.messages, agoMs: Math.max(0, nowMs - Date.parse(rewound.at)) }
      : null,
    lost: lost?.state === 'ok' && lost.value > 0 ? lost.value : null,
    // Its own time, not one we took from when we saw that end.
    isMessage: lagSeconds?.state === 'ok' && lagSeconds.quality !== 'estimated' ? true : null,
  }
}

function reasonOf(group: ReadGroup): string {
  const bad = group.lag.find((row) => row.lag.state !== 'ok')
  if (bad && bad.lag.state !== 'ok') return bad.lag.reason
  if (group.total.state !== 'ok') return group.total.reason
  return group.problems?.[0]?.message ?? 'no partition of it is known'
}

/** Entries that were delivered long ago or again and again: not what a worker has just taken. */
function overdueOf(pending: readonly PendingEntry[] | undefined): GroupFacts['overdue'] {
  const late = (pending ?? []).filter((one) => one.idleMs >= stillAfterMs || one.deliveries >= oftenDelivered)
  if (late.length === 0) return null
  return {
    entries: late.length,
    oldestMs: Math.max(...late.map((one) => one.idleMs)),
    deliveries: Math.max(...late.map((one) => one.deliveries)),
  }
}

/** Only some brokers tell when a member last asked for messages. */
function fetchingOf({ members }: ReadGroup): boolean | null {
  const idle = members.flatMap(({ idleMs }) => (idleMs?.state === 'ok' ? [idleMs.value] : []))
  return idle.length === 0 ? null : idle.some((ms) => ms < stillAfterMs)
}

function lossOf({ readings }: ReadGroup): number | null {
  const loss = readings?.timeToLoss
  return loss?.state === 'ok' ? loss.value * 1_000 : null
}

function tail(line: Points | null): readonly (number | null)[] {
  return line ? line.points.slice(-Math.ceil(lookBackMs / line.stepMs)) : []
}

function mean(line: Points | null): number | null {
  const known = tail(line).filter((point) => point !== null)
  return known.length === 0 ? null : known.reduce((sum, point) => sum + point, 0) / known.length
}

function trendOf(
  line: Points | null,
  lags: readonly number[],
): { readonly from: number; readonly overMs: number } | null {
  const [from] = lags
  if (!line || from === undefined || lags.length < fewestLooks) return null
  if (lags.some((lag, index) => lag < (lags[index - 1] ?? 0))) return null
  return { from, overMs: lags.length * line.stepMs }
}
