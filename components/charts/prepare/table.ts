import type { ChartLine } from '../model.ts'

export interface ValueRow {
  readonly atMs: number
  /** In the order of the lines; null: not known then. */
  readonly values: readonly (number | null)[]
}

const most = 200

/** Every moment at which a line has a point, newest first. */
export function tableOf(lines: readonly ChartLine[]): { rows: ValueRow[]; leftOut: number } {
  const byTime = new Map<number, (number | null)[]>()
  lines.forEach(({ series }, column) => {
    for (const [t, value] of series.points) {
      const row = byTime.get(t) ?? lines.map(() => null)
      row[column] = value
      byTime.set(t, row)
    }
  })
  const times = [...byTime.keys()].sort((a, b) => b - a)
  const rows = times.slice(0, most).map((atMs) => ({ atMs, values: byTime.get(atMs) ?? [] }))
  return { rows, leftOut: times.length - rows.length }
}
