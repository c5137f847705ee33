import type { LagRow, Movement as ShownMovement } from '../../lib/schemas/group.ts'

/** So many of the last commits tell how far apart they lie. */
const keptCommits = 5

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
  /** When the last commits were seen, oldest first. */
  readonly commitsMs: readonly number[]
  /** Something waited at the last look. */
  readonly isWaiting: boolean
  /** When it was seen to begin to wait; null: it waited when watching began, or nothing waits. */
  readonly waitingAtMs: number | null
  /** Where the commit stood before it was set back, until it is there again. */
  readonly rewound: { readonly from: string; readonly to: string; readonly atMs: number } | null
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
  const isWaiting = waits(row, committed, end)
  if (!before || isBehind(end, before.end))
    return {
      sinceMs: atMs,
      committed,
      end,
      committedAtMs: null,
      endAtMs: null,
      endThen: end,
      commitsMs: [],
      isWaiting,
      waitingAtMs: null,
      rewound: null,
    }
  if (before.committed === committed && before.end === end && before.isWaiting === isWaiting) return before
  const hasMoved = before.committed !== committed
  return {
    sinceMs: before.sinceMs,
    committed,
    end,
    committedAtMs: hasMoved ? atMs : before.committedAtMs,
    endAtMs: before.end === end ? before.endAtMs : atMs,
    endThen: hasMoved ? end : before.endThen,
    commitsMs: hasMoved ? [...before.commitsMs, atMs].slice(-keptCommits) : before.commitsMs,
    isWaiting,
    waitingAtMs: !isWaiting ? null : before.isWaiting ? before.waitingAtMs : atMs,
    rewound: hasMoved ? rewoundOf(before, committed, atMs) : before.rewound,
  }
}

/** As the API shows it. */
export function showMovement(movement: Movement): ShownMovement {
  const { commitsMs, waitingAtMs, rewound } = movement
  const [first, last] = [commitsMs[0], commitsMs.at(-1)]
  return {
    since: iso(movement.sinceMs),
    committedAt: movement.committedAtMs === null ? null : iso(movement.committedAtMs),
    endAt: movement.endAtMs === null ? null : iso(movement.endAtMs),
    arrived: difference(movement.end, movement.endThen),
    ...(waitingAtMs === null ? {} : { waitingAt: iso(waitingAtMs) }),
    ...(first === undefined || last === undefined || first === last ? {} : { commitSpanMs: last - first }),
    ...(rewound
      ? {
          rewound: {
            at: iso(rewound.atMs),
            from: rewound.from,
            messages: difference(rewound.from, rewound.to),
          },
        }
      : {}),
  }
}

export function stepBetween(before: Movement | null, after: Movement | null): Step | null {
  if (!before || !after || before.sinceMs !== after.sinceMs) return null
  const arrived = difference(after.end, before.end)
  const read = difference(after.committed, before.committed)
  return arrived === null || read === null ? null : { arrived, read }
}

const iso = (ms: number) => new Date(ms).toISOString()
const counts = /^\d+$/
const streamId = /^(\d+)-(\d+)$/

function difference(a: string, b: string): number | null {
  return counts.test(a) && counts.test(b) ? Number(BigInt(a) - BigInt(b)) : null
}

function isBehind(end: string, before: string): boolean {
  const gone = difference(end, before)
  return gone !== null && gone < 0
}

/** The reading knows best; where it is not known, positions that count do. */
function waits({ lag }: LagRow, committed: string, end: string): boolean {
  if (lag.state === 'ok') return lag.value > 0
  return (difference(end, committed) ?? 0) > 0
}

/** A commit that went back stays rewound until it is where it was; one that went back again counts from the highest. */
function rewoundOf(before: Movement, committed: string, atMs: number): Movement['rewound'] {
  const known = before.rewound
  if (known) return isBefore(committed, known.from) ? { ...known, to: lower(known.to, committed) } : null
  return isBefore(committed, before.committed) ? { from: before.committed, to: committed, atMs } : null
}

function lower(a: string, b: string): string {
  return isBefore(b, a) ? b : a
}

/** Of offsets, and of Redis entry ids; others have no order we know. */
function isBefore(a: string, b: string): boolean {
  const gone = difference(a, b)
  if (gone !== null) return gone < 0
  const [left, right] = [streamId.exec(a), streamId.exec(b)]
  if (!left?.[1] || !right?.[1]) return false
  if (left[1] !== right[1]) return BigInt(left[1]) < BigInt(right[1])
  return BigInt(left[2] ?? 0) < BigInt(right[2] ?? 0)
}
