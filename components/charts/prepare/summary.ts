import { formatDuration } from '@/lib/format/time'
import { formatIn } from '@/lib/format/unit'
import type { ChartLine, Drawn } from '../model.ts'
import { latestOf } from './value-at.ts'

export interface Summary {
  readonly latest: number
  readonly lowest: number
  readonly highest: number
  /** Between the first and the last known value. */
  readonly gaps: number
  readonly gapMs: number
}

/** What a series says in numbers, the extremes inside of steps among them; null when nothing is known. */
export function summaryOf(series: Drawn): Summary | null {
  const latest = latestOf(series)
  if (!latest) return null
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [gaps, gapMs] = [0, 0]
  let lastKnown: number | null = null
  let isOpen = false
  series.points.forEach(([t, value], index) => {
    if (value === null) {
      isOpen = lastKnown !== null
      return
    }
    if (isOpen && lastKnown !== null) {
      gaps += 1
      gapMs += t - lastKnown - series.stepMs
    }
    isOpen = false
    lastKnown = t
    lowest = Math.min(lowest, series.low[index] ?? value)
    highest = Math.max(highest, series.high[index] ?? value)
  })
  return { latest: latest[1], lowest, highest, gaps, gapMs: Math.max(gapMs, 0) }
}

/** "1 gap, 4 min"; null: what is between the first and the last value is all known. */
export function gapWords(lines: readonly ChartLine[]): string | null {
  const worst = lines
    .flatMap(({ series }) => summaryOf(series) ?? [])
    .reduce<Summary | null>(
      (most, one) => (one.gaps > 0 && one.gapMs > (most?.gapMs ?? -1) ? one : most),
      null,
    )
  if (!worst) return null
  return `${worst.gaps === 1 ? '1 gap' : `${worst.gaps} gaps`}, ${formatDuration(worst.gapMs)}`
}

/** A chart in words: "Rates: in, latest 44/s, between 0/s and 60/s; out, nothing known". */
export function chartWords(title: string, lines: readonly ChartLine[]): string {
  const parts = lines.map(({ label, series }) => {
    const summary = summaryOf(series)
    if (!summary) return `${label}, nothing known`
    const show = (value: number) => formatIn(series.unit, value)
    const about = series.quality === 'estimated' ? 'about ' : ''
    const gaps = summary.gaps > 0 ? `, ${summary.gaps === 1 ? 'one gap' : `${summary.gaps} gaps`}` : ''
    return `${label}, latest ${about}${show(summary.latest)}, between ${show(summary.lowest)} and ${show(summary.highest)}${gaps}`
  })
  return `${title}: ${parts.join('; ')}`
}
