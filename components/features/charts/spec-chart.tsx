'use client'

import { useMemo } from 'react'
import { type ChartLine, type Mark, type Span, TimeChart } from '@/components/charts'
import { useZone } from '@/components/ui/time'
import type { TimeRange } from '@/lib/domain/time-range'
import { useLiveState } from '@/lib/queries/live-state'
import { nameOfSeries } from '@/lib/queries/series'
import type { Reading } from '@/lib/schemas/reading'
import { cautionsOf, type LineResult, stateOf } from './chart-state.ts'
import { CompareButton } from './compare-button.tsx'
import { forecastOf } from './forecast.ts'
import { useSameList } from './same-list.ts'
import type { ChartSpec } from './spec.ts'

export const chartHeight = 112

interface SpecChartProps {
  readonly spec: ChartSpec
  readonly results: readonly LineResult[]
  readonly range: TimeRange
  readonly span: Span
  readonly nowMs: number | null
  readonly marks: readonly Mark[]
  readonly timeToDrain?: Reading | undefined
  readonly className?: string | undefined
  readonly height: number
  readonly onRetry: () => void
  readonly onZoom: (fromMs: number, toMs: number) => void
}

/** One chart of a page, from what was read of its series. */
export function SpecChart(props: SpecChartProps) {
  const { spec, results, range, span } = props
  const zone = useZone()
  const isPaused = useLiveState().state === 'paused'
  const data = useSameList(results.map((result) => result.data))
  const { lines: specs } = spec
  const lines = useMemo(
    () =>
      specs.flatMap(({ of, label, tone, filled = false }, index): ChartLine[] => {
        const series = data[index]
        return series ? [{ id: nameOfSeries(of), label, tone, filled, series }] : []
      }),
    [specs, data],
  )
  const lag = data[0]
  const forecast = useMemo(() => {
    const found = forecastOf(lag, props.timeToDrain, range.kind === 'moving' ? range.spanMs : 0)
    return found && lines[0] ? { of: lines[0].id, ...found } : undefined
  }, [lag, lines, props.timeToDrain, range])
  const state = stateOf(spec.unsupported, results, zone, props.onRetry)
  const failure = results.find((one) => one.failure !== null && one.data)?.failure ?? null
  return (
    <TimeChart
      title={spec.title}
      unit={lines[0]?.series.unit ?? spec.unit}
      lines={lines}
      span={span}
      nowMs={props.nowMs}
      marks={props.marks}
      forecast={forecast}
      state={state}
      cautions={
        state.kind === 'ready'
          ? cautionsOf(lines, range, props.nowMs ?? span.toMs, { isPaused, failure, zone })
          : []
      }
      canLog={spec.canLog ?? false}
      zone={zone}
      height={props.height}
      className={props.className}
      acts={
        spec.unsupported === null ? <CompareButton title={spec.title} of={specs.map(({ of }) => of)} /> : null
      }
      onZoom={props.onZoom}
    />
  )
}
