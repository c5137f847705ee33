import type { Drawn } from '../model.ts'

/** A piece of line that is drawn in one stroke: no gap, no break, all of it exact or all of it estimated. */
export interface Run {
  readonly dashed: boolean
  readonly points: readonly (readonly [t: number, value: number])[]
}

/** From the lowest to the highest value of each step, where one point stands for several. */
export interface Band {
  readonly points: readonly (readonly [t: number, low: number, high: number])[]
}

/** Indexes of points that belong together: a null parts them, and so does another incarnation of the same name. */
function piecesOf({ points, breaks }: Drawn): number[][] {
  const pieces: number[][] = []
  let piece: number[] = []
  let at = 0
  const sorted = [...breaks].sort((a, b) => a - b)
  points.forEach(([t, value], index) => {
    let broken = false
    while (at < sorted.length && (sorted[at] ?? 0) <= t) {
      broken = true
      at += 1
    }
    if (broken || value === null) {
      if (piece.length > 0) pieces.push(piece)
      piece = []
    }
    if (value !== null) piece.push(index)
  })
  if (piece.length > 0) pieces.push(piece)
  return pieces
}

/** What is drawn of a series, in order. Every known point is in one of them; one that stands alone is a run of one. */
export function runsOf(series: Drawn): Run[] {
  const isEstimated = (t: number) => series.estimated.some(([from, to]) => t >= from && t <= to)
  return piecesOf(series).flatMap((piece) => {
    const points = piece.map((index) => pointAt(series, index))
    const [first] = points
    if (!first) return []
    if (points.length === 1) return [{ dashed: isEstimated(first[0]), points }]
    const runs: { dashed: boolean; points: (readonly [number, number])[] }[] = []
    for (let i = 1; i < points.length; i += 1) {
      const [before, point] = [points[i - 1], points[i]]
      if (!before || !point) continue
      const dashed = isEstimated(before[0]) || isEstimated(point[0])
      const last = runs.at(-1)
      if (last && last.dashed === dashed) last.points.push(point)
      else runs.push({ dashed, points: [before, point] })
    }
    return runs
  })
}

/** The bands of a series: none where every step had one value alone. */
export function bandsOf(series: Drawn): Band[] {
  return piecesOf(series).flatMap((piece) => {
    const points = piece.map((index) => {
      const [t, value] = pointAt(series, index)
      return [t, series.low[index] ?? value, series.high[index] ?? value] as const
    })
    return points.some(([, low, high]) => high > low) ? [{ points }] : []
  })
}

function pointAt({ points }: Drawn, index: number): readonly [number, number] {
  const [t, value] = points[index] ?? [0, null]
  return [t, value ?? 0]
}
