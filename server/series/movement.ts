import type { LagRow } from '../../lib/schemas/group.ts'

/** What was seen of one partition of a group while we watched: whether its commit moves, whether messages arrive. */
export interface Movement {
  readonly sinceMs: number
  readonly committed: string
  readonly end: string
  /** When the commit was last seen to change; null: not since `sinceMs`. */
  readonly committedAtMs: number | null
  /** When the end was last seen to change; null: not since `sinceMs`. */
  readonly endAtMs: number | null
  /** The end when the commit last changed, or when watching began. */
  readonly endThen: string
}

/** How far commit and end went between two looks; null where positions are not numbers. */
export interface Step {
  readonly arrived: number
  readonly read: number
}

/**
 * One more look at a partition. A row without a commit or an end tells nothing, and changes nothing. An end that
 * went back is another log under the same name: it is watched anew.
 */
export function follow(before: Movement | null, row: LagRow, atMs: number): Movement | null {
  const { committed, end } = row
  if (committed === null || end === null) return before
  if (!before || isBehind(end, before.end))
    return { sinceMs: atMs, committed, end, committedAtMs: null, endAtMs: null, endThen: end }
  if (before.committed === committed && before.end === end) return before
  const hasMoved = before.committed !== committed
  return {
    sinceMs: before.sinceMs,
    committed,
    end,
    committedAtMs: hasMoved ? atMs : before.committedAtMs,
    endAtMs: before.end === end ? before.endAtMs : atMs,
    endThen: hasMoved ? end : before.endThen,
  }
}

/** Messages that arrived since the commit last moved; null where positions do not count messages. */
export function arrivedSince(movement: Movement): number | null {
  return difference(movement.end, movement.endThen)
}

export function stepBetween(before: Movement | null, after: Movement | null): Step | null {
  if (!before || !after || before.sinceMs !== after.sinceMs) return null
  const arrived = difference(after.end, before.end)
  const read = difference(after.committed, before.committed)
  return arrived === null || read === null ? null : { arrived, read }
}

const counts = /^\d+$/

function difference(a: string, b: string): number | null {
  return counts.test(a) && counts.test(b) ? Number(BigInt(a) - BigInt(b)) : null
}

function isBehind(end: string, before: string): boolean {
  const gone = difference(end, before)
  return gone !== null && gone < 0
}
