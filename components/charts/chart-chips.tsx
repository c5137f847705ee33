'use client'

import { clsx } from 'clsx'
import { formatIn } from '@/lib/format/unit'
import { useCrosshair } from './crosshair.ts'
import type { ChartLine, Span } from './model.ts'
import { latestOf, valueAt } from './prepare/value-at.ts'
import { dotClass } from './tones.ts'

/** Each line with its value: now, or at the moment that is pointed at. */
export function ChartChips({ lines, span }: { lines: readonly ChartLine[]; span: Span }) {
  const pointed = useCrosshair()
  const atMs = pointed !== null && pointed >= span.fromMs && pointed <= span.toMs ? pointed : null
  return (
    <ul aria-hidden className="flex min-w-0 gap-x-3 overflow-hidden text-[12px] leading-4">
      {lines.map((line) => (
        <li key={line.id} className="flex min-w-0 items-center gap-1.5 overflow-hidden" title={line.label}>
          <span className={clsx('size-2 shrink-0 rounded-full', dotClass[line.tone])} />
          <span className="truncate text-ink-3">{line.label}</span>
          <span className="whitespace-nowrap font-[560] tabular-nums">{textOf(line, atMs)}</span>
        </li>
      ))}
    </ul>
  )
}

function textOf({ series }: ChartLine, atMs: number | null): string {
  const moment = atMs === null ? null : valueAt(series, atMs)
  const value = atMs === null ? (latestOf(series)?.[1] ?? null) : (moment?.value ?? null)
  if (value === null) return 'unknown'
  const about = isEstimated(series.estimated, atMs ?? latestOf(series)?.[0] ?? null) ? '≈ ' : ''
  const range =
    moment && moment.low !== null && moment.high !== null && moment.high > moment.low
      ? ` (${formatIn(series.unit, moment.low)} to ${formatIn(series.unit, moment.high)})`
      : ''
  return `${about}${formatIn(series.unit, value)}${range}`
}

function isEstimated(spans: readonly (readonly [number, number])[], atMs: number | null): boolean {
  if (atMs === null) return false
  return spans.some(([from, to]) => atMs >= from && atMs <= to)
}
