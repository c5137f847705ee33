import { membersOf } from '@/lib/domain/members'
import { stillAfterMs, stillForMs } from '@/lib/domain/movement'
import type { Points } from '@/lib/format/points'
import { measure } from '@/lib/format/reading'
import type { Group, PendingEntry } from '@/lib/schemas/group'
import { partWord } from './group-words.ts'
import type { GroupFacts, PartFacts } from './verdict.ts'

/** Rates and "was caught up" look back so far. */
const lookBackMs = 5 * 60_000
const oftenDelivered = 3

export interface GroupRecent {
  readonly lag: Points | null
  readonly inRate: Points | null
  readonly outRate: Points | null
}
export const nothingRecent: GroupRecent = { lag: null, inRate: null, outRate: null }

/** What one reading of the group and its last minutes say, as facts to judge. */
export function factsOf(group: Group, recent: GroupRecent, nowMs: number): GroupFacts {
  const topics = new Set(group.lag.map((row) => row.destination))
  const parts = group.lag.map((row): PartFacts => {
    const name = partWord(group) === 'stream' ? row.destination : String(row.partition)
    return {
      name: topics.size > 1 && partWord(group) === 'partition' ? `${row.destination} / ${name}` : name,
      lag: row.lag.state === 'ok' ? row.lag.value : null,
      stillMs: stillForMs(row, nowMs),
      hasMoved: row.movement?.committedAt != null,
      arrived: row.movement?.arrived ?? null,
      member: row.member ?? null,
    }
  })
  const since = group.lag.flatMap((row) => (row.movement ? [Date.parse(row.movement.since)] : []))
  const lows = tail(recent.lag).filter((point) => point !== null)
  return {
    part: partWord(group),
    state: group.state,
    members: membersOf(group),
    parts,
    unknownReason: reasonOf(group),
    overdue: overdueOf(group.pending),
    arriving: mean(recent.inRate),
    reading: mean(recent.outRate),
    wasCaughtUp: lows.includes(0),
    watchedMs: since.length > 0 ? Math.max(0, nowMs - Math.min(...since)) : null,
  }
}

function reasonOf(group: Group): string {
  const bad = group.lag.find((row) => row.lag.state !== 'ok')
  if (bad && bad.lag.state !== 'ok') return bad.lag.reason
  if (group.total.state !== 'ok') return group.total.reason
  return group.problems?.[0]?.message ?? measure(group.total).title
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

function tail(line: Points | null): readonly (number | null)[] {
  return line ? line.points.slice(-Math.ceil(lookBackMs / line.stepMs)) : []
}

function mean(line: Points | null): number | null {
  const known = tail(line).filter((point) => point !== null)
  return known.length === 0 ? null : known.reduce((sum, point) => sum + point, 0) / known.length
}
