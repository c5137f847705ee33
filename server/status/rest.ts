import { isStill } from '../../lib/domain/movement.ts'
import type { LagRow } from '../../lib/schemas/group.ts'

/** Marks of more partitions would not be kept: the others count anew after a restart. */
const mostMarks = 64

/** Since when partitions rested at these commits, as it was known before the console started. */
export interface Rest {
  readonly sinceMs: number
  readonly mark: readonly string[]
}

/** Where what stands still stands. */
export function markOf(lag: readonly LagRow[], nowMs: number): string[] {
  return lag
    .filter((row) => isStill(row, nowMs))
    .slice(0, mostMarks)
    .map(wordOf)
}

/** A partition that still stands where it stood has not moved meanwhile: it is known to rest since then. */
export function withRest(lag: readonly LagRow[], rest: Rest | null): LagRow[] {
  if (!rest) return [...lag]
  const marks = new Set(rest.mark)
  return lag.map((row) => {
    const { movement } = row
    if (!movement || movement.committedAt !== null || movement.waitingAt !== undefined) return row
    if (!marks.has(wordOf(row)) || rest.sinceMs >= Date.parse(movement.since)) return row
    return { ...row, movement: { ...movement, since: new Date(rest.sinceMs).toISOString() } }
  })
}

function wordOf({ destination, partition, committed }: LagRow): string {
  return `${partition} ${committed} ${destination}`
}
