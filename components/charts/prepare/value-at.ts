import type { Drawn } from '../model.ts'

export interface Moment {
  readonly atMs: number
  /** Null: not known then. */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** The point nearest to a moment; null where the series has none near it. */
export function valueAt(series: Drawn, atMs: number): Moment | null {
  const { points, stepMs } = series
  let [from, to] = [0, points.length - 1]
  while (from < to) {
    const middle = (from + to + 1) >> 1
    if ((points[middle]?.[0] ?? 0) <= atMs) from = middle
    else to = middle - 1
  }
  const near = [from, from + 1].filter((index) => points[index] !== undefined)
  const distance = (index: number) => Math.abs((points[index]?.[0] ?? 0) - atMs)
  const index = near.sort((a, b) => distance(a) - distance(b))[0]
  if (index === undefined || distance(index) > 2 * stepMs) return null
  const [t, value] = points[index] ?? [0, null]
  return { atMs: t, value, low: series.low[index] ?? value, high: series.high[index] ?? value }
}

/** The last point that is known. */
export function latestOf({ points }: Pick<Drawn, 'points'>): readonly [number, number] | null {
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const [t, value] = points[index] ?? [0, null]
    if (value !== null) return [t, value]
  }
  return null
}
