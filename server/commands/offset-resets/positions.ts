import type { LagRow } from '../../../lib/schemas/group.ts'
import type { OffsetResetInput } from '../../../lib/schemas/offset.ts'

type Row = OffsetResetInput['rows'][number]
type Committed = Pick<LagRow, 'destination' | 'partition' | 'committed'>

/** Where a group stands, held against a plan: of each row whether it is where the plan found it, or where it leads. */
export interface Standing {
  /** Every row stands at `next`. */
  readonly isThere: boolean
  /** Every row stands at `old`. */
  readonly isBefore: boolean
  /** Rows that stand at neither. */
  readonly elsewhere: readonly Row[]
  /** Rows that stand at `next` and not at `old`. */
  readonly arrived: readonly Row[]
}

/** Compares a plan's rows with what the group has committed now; a partition without a commit stands at null. */
export function compare(rows: readonly Row[], lag: readonly Committed[]): Standing {
  const committed = new Map(lag.map((row) => [keyOf(row), row.committed]))
  const at = (row: Row) => committed.get(keyOf(row)) ?? null
  const isAt = (row: Row, position: string | null) => same(at(row), position)
  return {
    isThere: rows.every((row) => isAt(row, row.next)),
    isBefore: rows.every((row) => isAt(row, row.old)),
    elsewhere: rows.filter((row) => !isAt(row, row.next) && !isAt(row, row.old)),
    arrived: rows.filter((row) => isAt(row, row.next) && !isAt(row, row.old)),
  }
}

/** The partition that stands twice in a list, or null. */
export function findTwin(rows: readonly Row[]): Row | null {
  const seen = new Set<string>()
  for (const row of rows) {
    if (seen.has(keyOf(row))) return row
    seen.add(keyOf(row))
  }
  return null
}

function keyOf({ destination, partition }: Pick<Row, 'destination' | 'partition'>): string {
  return `${partition}\n${destination}`
}

/** A Redis id may be written without its sequence number: `5` is `5-0`. */
function same(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && a.replace(/-0$/, '') === b.replace(/-0$/, ''))
}
