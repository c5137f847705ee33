export interface HeatInput {
  readonly partition: number
  readonly points: readonly (number | null)[]
  /** From which step on the commit has not moved; null: it moves, or nobody knows. */
  readonly stuckFrom: number | null
}

export interface HeatCell {
  /** Null: not read. */
  readonly value: number | null
  /** Of a folded band: the lowest, `value` being the highest. */
  readonly lowest?: number | null
  readonly isHot: boolean
  /** 0 (none) to 5; hot ones 3 to 5. */
  readonly shade: number
}

export interface HeatRow {
  /** Null: the others, folded. */
  readonly partition: number | null
  readonly folded: number
  readonly mark: 'stuck' | 'hot' | null
  readonly cells: readonly HeatCell[]
}

export interface Heat {
  /** Above this a partition is hot. */
  readonly threshold: number
  readonly rows: readonly HeatRow[]
}

const mostRows = 24
const worstRows = 10
const leastThreshold = 20
const timesMedian = 4

/**
 * Lag by partition and time. A cell is hot where its lag is more than four times the median of all, 20 at least,
 * and from the step on where its commit stopped. Above 24 partitions: the worst ten, and one band of the rest
 * from its lowest to its highest.
 */
export function buildHeat(parts: readonly HeatInput[]): Heat {
  const known = parts.flatMap((part) => part.points.filter((point) => point !== null))
  const threshold = Math.max(leastThreshold, timesMedian * median(known))
  const highest = known.reduce((most, value) => Math.max(most, value), 0)
  const toCell = (value: number | null, isStuck: boolean): HeatCell => {
    if (value === null) return { value, isHot: false, shade: 0 }
    const isHot = value > threshold || (isStuck && value > 0)
    return { value, isHot, shade: isHot ? hotShade(value, threshold, highest) : coolShade(value, threshold) }
  }
  const rows = parts.map((part): HeatRow => {
    const cells = part.points.map((value, step) =>
      toCell(value, part.stuckFrom !== null && step >= part.stuckFrom),
    )
    const isHotNow = cells.findLast((cell) => cell.value !== null)?.isHot ?? false
    const mark = part.stuckFrom !== null ? 'stuck' : isHotNow ? 'hot' : null
    return { partition: part.partition, folded: 0, mark, cells }
  })
  if (rows.length <= mostRows)
    return { threshold, rows: rows.sort((a, b) => (a.partition ?? 0) - (b.partition ?? 0)) }
  const byWorst = rows.sort((a, b) => weight(b) - weight(a) || (a.partition ?? 0) - (b.partition ?? 0))
  const rest = byWorst.slice(worstRows)
  return { threshold, rows: [...byWorst.slice(0, worstRows), fold(rest, toCell)] }
}

function fold(
  rows: readonly HeatRow[],
  toCell: (value: number | null, isStuck: boolean) => HeatCell,
): HeatRow {
  const steps = rows[0]?.cells.length ?? 0
  const cells = Array.from({ length: steps }, (_, step) => {
    const values = rows.map((row) => row.cells[step]?.value ?? null).filter((value) => value !== null)
    const most = values.length > 0 ? Math.max(...values) : null
    const isStuck = rows.some((row) => row.mark === 'stuck' && row.cells[step]?.isHot)
    return { ...toCell(most, isStuck), lowest: values.length > 0 ? Math.min(...values) : null }
  })
  const marks = rows.map((row) => row.mark)
  const mark = marks.includes('stuck') ? 'stuck' : marks.includes('hot') ? 'hot' : null
  return { partition: null, folded: rows.length, mark, cells }
}

/** Stuck before hot before the rest, and within each by the last known lag. */
function weight({ mark, cells }: HeatRow): number {
  const last = cells.findLast((cell) => cell.value !== null)?.value ?? -1
  return (mark === 'stuck' ? 2e15 : mark === 'hot' ? 1e15 : 0) + last
}

function coolShade(value: number, threshold: number): number {
  return value <= 0 ? 0 : Math.min(5, 1 + Math.floor((4 * Math.log1p(value)) / Math.log1p(threshold)))
}

function hotShade(value: number, threshold: number, highest: number): number {
  if (value <= threshold || highest <= threshold) return 3
  return 3 + Math.round((2 * Math.log(value / threshold)) / Math.log(highest / threshold))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
