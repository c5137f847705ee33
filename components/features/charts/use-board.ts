'use client'

import { useMemo, useState } from 'react'
import type { Span } from '@/components/charts'
import type { TimeRange } from '@/lib/domain/time-range'
import { wordsOf } from '@/lib/queries/errors'
import { pointsFor, useSeries } from '@/lib/queries/series'
import type { LineResult } from './chart-state.ts'
import type { ChartSpec } from './spec.ts'

export interface Board {
  /** Of each chart, of each of its lines. */
  readonly results: readonly (readonly LineResult[])[]
  readonly retry: (chart: number) => void
  /** The same for all charts. */
  readonly span: Span
  /** Where what is known ends, in a range that moves. */
  readonly nowMs: number | null
  /** The first moment anything is kept of; null: not known. */
  readonly sinceMs: number | null
}

/** All series of a page over one time: they end together, at the newest answer. */
export function useBoard(
  specs: readonly ChartSpec[],
  range: TimeRange,
  /** Of one chart, in pixels; 0 before it is laid out: nothing is asked for then. */
  width: number,
  aheadMs: number,
): Board {
  const [openedMs] = useState(() => Date.now())
  const asked = useMemo(
    () => specs.flatMap(({ lines, unsupported }) => (unsupported === null ? lines.map(({ of }) => of) : [])),
    [specs],
  )
  const queries = useSeries(asked, range, width > 0 ? pointsFor(width) : null)
  let next = 0
  const perChart = specs.map(({ lines, unsupported }) => {
    if (unsupported !== null) return []
    next += lines.length
    return queries.slice(next - lines.length, next)
  })
  const known = queries.flatMap(({ data, isPlaceholderData }) => (data && !isPlaceholderData ? [data] : []))
  const fresh = known.length > 0 ? known : queries.flatMap(({ data }) => data ?? [])
  const since = fresh.flatMap((series) => series.since ?? [])
  const newestMs = fresh.length > 0 ? Math.max(...fresh.map(({ to }) => Date.parse(to))) : openedMs
  const isMoving = range.kind === 'moving'
  const fromMs = isMoving ? newestMs - range.spanMs : range.fromMs
  const toMs = isMoving ? newestMs + aheadMs : range.toMs
  return {
    results: perChart.map((some) =>
      some.map(({ data, isPending, isPlaceholderData, error }) => ({
        data,
        isPending: isPending || isPlaceholderData,
        failure: error ? wordsOf(error) : null,
      })),
    ),
    retry: (chart) => {
      for (const query of perChart[chart] ?? []) void query.refetch()
    },
    span: useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]),
    nowMs: isMoving ? newestMs : null,
    sinceMs: since.length > 0 ? Math.min(...since.map((at) => Date.parse(at))) : null,
  }
}
