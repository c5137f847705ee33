'use client'

import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { formatStamp, type Zone } from '@/lib/format/time'
import { formatIn } from '@/lib/format/unit'
import { pointAt, useCrosshair } from './crosshair.ts'
import type { ChartLine, Span } from './model.ts'
import type { Plot } from './prepare/geometry.ts'
import { latestOf, valueAt } from './prepare/value-at.ts'

interface OverlayProps {
  readonly title: string
  readonly lines: readonly ChartLine[]
  readonly span: Span
  readonly plot: Plot
  readonly zone: Zone
  readonly onZoom: (fromMs: number, toMs: number) => void
}

const leastDrag = 6

/** The moment under the pointer or the keyboard, in every chart of the page; dragging or shift-arrows choose a range. */
export function ChartOverlay({ title, lines, span, plot, zone, onZoom }: OverlayProps) {
  const pointed = useCrosshair()
  const [from, setFrom] = useState<number | null>(null)
  const own = useRef<HTMLDivElement>(null)
  const length = span.toMs - span.fromMs
  const stepMs = Math.max(1000, Math.min(...lines.map(({ series }) => series.stepMs), length / 60))
  /** Where the keyboard begins: the last moment of which something is known. */
  const latestMs = Math.max(span.fromMs, ...lines.map(({ series }) => latestOf(series)?.[0] ?? span.fromMs))
  const restMs = Math.min(span.toMs, latestMs)
  const within = (atMs: number) => Math.min(span.toMs, Math.max(span.fromMs, atMs))
  const atMs = pointed !== null && pointed >= span.fromMs && pointed <= span.toMs ? pointed : null
  const xOf = (ms: number) => ((ms - span.fromMs) / length) * plot.width
  const timeOf = (event: PointerEvent) => {
    const box = own.current?.getBoundingClientRect()
    return within(span.fromMs + ((event.clientX - (box?.left ?? 0)) / plot.width) * length)
  }
  const finish = (to: number | null) => {
    if (from !== null && to !== null && Math.abs(xOf(to) - xOf(from)) >= leastDrag) onZoom(from, to)
    setFrom(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const here = atMs ?? restMs
    const to = moveBy(event.key, here, stepMs, { fromMs: span.fromMs, toMs: restMs })
    if (to !== null) {
      if (event.shiftKey && from === null) setFrom(here)
      if (!event.shiftKey) setFrom(null)
      pointAt(within(to))
    } else if (event.key === 'Enter' && from !== null) {
      finish(here)
    } else if (event.key === 'Escape' && (from !== null || atMs !== null)) {
      setFrom(null)
      pointAt(null)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={own}
      role="slider"
      tabIndex={0}
      aria-label={`Moment in ${title}`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.round(length / 1000)}
      aria-valuenow={Math.round(((atMs ?? restMs) - span.fromMs) / 1000)}
      aria-valuetext={wordsAt(lines, atMs ?? restMs, zone, from)}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (atMs === null && event.currentTarget.matches(':focus-visible')) pointAt(restMs)
      }}
      onBlur={() => {
        setFrom(null)
        pointAt(null)
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setFrom(timeOf(event))
        pointAt(timeOf(event))
      }}
      onPointerMove={(event) => pointAt(timeOf(event))}
      onPointerUp={(event) => finish(timeOf(event))}
      onPointerCancel={() => setFrom(null)}
      onPointerLeave={() => {
        if (from === null) pointAt(null)
      }}
      style={{ left: plot.left, top: plot.top, width: plot.width, height: plot.height }}
      className="absolute cursor-crosshair touch-pan-y rounded-[3px] outline-offset-2"
    >
      {from !== null && atMs !== null ? (
        <span
          className="absolute inset-y-0 bg-accent opacity-15"
          style={{ left: Math.min(xOf(from), xOf(atMs)), width: Math.abs(xOf(atMs) - xOf(from)) }}
        />
      ) : null}
      {atMs !== null ? (
        <>
          <span data-crosshair="" className="absolute inset-y-0 w-px bg-ink-3" style={{ left: xOf(atMs) }} />
          <span
            className="pointer-events-none absolute bottom-0 z-10 whitespace-nowrap rounded-tag border bg-raised px-1.5 text-[11px] text-ink-2 tabular-nums"
            style={
              xOf(atMs) > plot.width / 2 ? { right: plot.width - xOf(atMs) + 6 } : { left: xOf(atMs) + 6 }
            }
          >
            {formatStamp(new Date(atMs).toISOString(), zone).slice(length > 86_400_000 ? 5 : 11)}
          </span>
        </>
      ) : null}
    </div>
  )
}

function moveBy(key: string, atMs: number, stepMs: number, span: Span): number | null {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return atMs - stepMs
  if (key === 'ArrowRight' || key === 'ArrowUp') return atMs + stepMs
  if (key === 'PageDown') return atMs - 10 * stepMs
  if (key === 'PageUp') return atMs + 10 * stepMs
  if (key === 'Home') return span.fromMs
  if (key === 'End') return span.toMs
  return null
}

/** "2026-11-27 22:04:11: in 44/s, out unknown"; while a range is chosen, from where. */
function wordsAt(lines: readonly ChartLine[], atMs: number, zone: Zone, from: number | null): string {
  const stamp = (ms: number) => formatStamp(new Date(ms).toISOString(), zone)
  const values = lines.map(({ label, series }) => {
    const value = valueAt(series, atMs)?.value ?? null
    return `${label} ${value === null ? 'unknown' : formatIn(series.unit, value)}`
  })
  const chosen = from === null ? '' : `, range from ${stamp(from)}: Enter zooms`
  return `${stamp(atMs)}: ${values.join(', ')}${chosen}`
}
