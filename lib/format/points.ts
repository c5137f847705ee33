import { formatCompact, formatRate } from './number.ts'
import { formatDuration } from './time.ts'

export interface Points {
  readonly points: readonly (number | null)[]
  readonly quality: 'exact' | 'approximate'
  readonly since: string | null
  readonly stepMs: number
  /** When the step of the last point begins. */
  readonly at: string
}

export interface PointsSummary {
  readonly first: number
  readonly last: number
  readonly highest: number
  /** Something between two known points is not known. */
  readonly hasGaps: boolean
}

/** What a line says in numbers; null when nothing is known. */
export function summarize(points: readonly (number | null)[]): PointsSummary | null {
  const known = points.filter((point) => point !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return null
  const from = points.findIndex((point) => point !== null)
  const to = points.findLastIndex((point) => point !== null)
  return { first, last, highest: Math.max(...known), hasGaps: known.length < to - from + 1 }
}

/** "last 15 min", or how long it has been watched when that is shorter. */
export function spanOf({ points, since, stepMs, at }: Points): string {
  const wholeMs = points.length * stepMs
  const watchedMs = since === null ? wholeMs : Date.parse(at) + stepMs - Date.parse(since)
  return `last ${formatDuration(Math.min(wholeMs, Math.max(stepMs, watchedMs)))}`
}

/** "depth, last 15 min: from 12 to 40, highest 55". */
export function describePoints(label: string, line: Points, style: 'count' | 'rate'): string {
  const summary = summarize(line.points)
  if (!summary) return `${label}, last 15 min: no data`
  const show = style === 'rate' ? formatRate : formatCompact
  const about = line.quality === 'exact' ? '' : 'about '
  const gaps = summary.hasGaps ? ', with gaps' : ''
  return `${label}, ${spanOf(line)}: from ${about}${show(summary.first)} to ${about}${show(summary.last)}, highest ${show(summary.highest)}${gaps}`
}
