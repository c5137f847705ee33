import type { Group, LagRow } from '../schemas/group.ts'

/** A commit that rests so long while messages wait is said not to move. */
export const stillAfterMs = 60_000

/** How long the commit has not moved while we watched; null where that is not known. */
export function stillForMs(row: Pick<LagRow, 'movement'>, nowMs: number): number | null {
  if (!row.movement) return null
  return Math.max(0, nowMs - Date.parse(row.movement.committedAt ?? row.movement.since))
}

/** Messages wait, and the commit has not moved for long enough to say so. */
export function isStill(row: Pick<LagRow, 'lag' | 'movement'>, nowMs: number): boolean {
  if (row.lag.state !== 'ok' || row.lag.value === 0) return false
  const stillMs = stillForMs(row, nowMs)
  return stillMs !== null && stillMs >= stillAfterMs
}

/** The moment a group's facts are of, by the clock that measured them: a page that is paused or late judges that moment. */
export function momentOf(group: Pick<Group, 'lag' | 'total'>): number {
  return [group.total, ...group.lag.map((row) => row.lag)].reduce(
    (newest, reading) =>
      reading.state === 'unsupported' ? newest : Math.max(newest, Date.parse(reading.at)),
    0,
  )
}
