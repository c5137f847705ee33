import type { Group, LagRow, Movement } from '../schemas/group.ts'

/** A commit that rests so long while messages wait is said not to move. */
export const stillAfterMs = 60_000
/** One that commits rarely is given as long as its last commits spanned, but not for ever. */
const longestSpanMs = 30 * 60_000

/** Since when messages wait and the commit has not moved, as far as we watched (epoch ms). */
function restsSince({ since, committedAt, waitingAt }: Movement): number {
  return Math.max(Date.parse(committedAt ?? since), waitingAt ? Date.parse(waitingAt) : 0)
}

/** How long the commit has not moved while something waited; null where that is not known. */
export function stillForMs(row: Pick<LagRow, 'movement'>, nowMs: number): number | null {
  return row.movement ? Math.max(0, nowMs - restsSince(row.movement)) : null
}

/** How long a commit may rest before it is said not to move: a slow committer is not a stopped one. */
export function stillLimitMs(spanMs: number | null | undefined): number {
  return Math.max(stillAfterMs, Math.min(spanMs ?? 0, longestSpanMs))
}

/** Messages wait, and the commit has not moved for long enough to say so. */
export function isStill(row: Pick<LagRow, 'lag' | 'movement'>, nowMs: number): boolean {
  if (row.lag.state !== 'ok' || row.lag.value === 0) return false
  const stillMs = stillForMs(row, nowMs)
  return stillMs !== null && stillMs >= stillLimitMs(row.movement?.commitSpanMs)
}

/** The moment a group's facts are of, by the clock that measured them: a page that is paused or late judges that moment. */
export function momentOf(group: Pick<Group, 'lag' | 'total'>): number {
  return [group.total, ...group.lag.map((row) => row.lag)].reduce(
    (newest, reading) =>
      reading.state === 'unsupported' ? newest : Math.max(newest, Date.parse(reading.at)),
    0,
  )
}
