'use client'

import { memo, useId } from 'react'
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts'
import type { ChartLine, Forecast, Span } from './model.ts'
import { axisWidth, forecastPath, type Plot, pathsOf, plotTop, timeAxisHeight } from './prepare/geometry.ts'
import type { TimeTick } from './prepare/time-axis.ts'
import type { ValueAxis } from './prepare/value-axis.ts'
import { fillClass, strokeClass } from './tones.ts'

export interface DrawProps {
  readonly width: number
  readonly height: number
  readonly span: Span
  readonly lines: readonly ChartLine[]
  readonly left: ValueAxis
  readonly right: ValueAxis | null
  readonly times: readonly TimeTick[]
  readonly forecast?: Forecast | undefined
  readonly plot: Plot
}

const tick = { fontSize: 11, fill: 'var(--ink-3)' }
const grid = 'var(--line)'
/** Axes get their domains; the lines are paths of what was prepared, so the chart itself holds no rows. */
const noRows: readonly object[] = []

/** Grid, axes and lines. Drawn anew only when what it shows changes, never while a pointer moves over it. */
export const Draw = memo(function Draw(props: DrawProps) {
  const { width, height, span, lines, left, right, times, forecast, plot } = props
  const clip = useId()
  return (
    <ComposedChart
      width={width}
      height={height}
      data={noRows}
      accessibilityLayer={false}
      margin={{ top: plotTop, right: right ? 0 : axisWidth(null), bottom: 0, left: 0 }}
    >
      <CartesianGrid
        vertical={false}
        stroke={grid}
        x={plot.left}
        y={plot.top}
        width={plot.width}
        height={plot.height}
      />
      <XAxis
        type="number"
        dataKey="t"
        domain={[span.fromMs, span.toMs]}
        allowDataOverflow
        ticks={times.map(({ atMs }) => atMs)}
        tickFormatter={(at: number) => times.find(({ atMs }) => atMs === at)?.label ?? ''}
        interval={0}
        height={timeAxisHeight}
        axisLine={false}
        tickLine={false}
        tickMargin={4}
        tick={tick}
      />
      <Values axis={left} side="left" />
      {right ? <Values axis={right} side="right" /> : null}
      <defs>
        <clipPath id={clip}>
          <rect x={plot.left} y={plot.top - 1} width={plot.width + 1} height={plot.height + 2} />
        </clipPath>
      </defs>
      <g clipPath={`url(#${clip})`}>
        {lines.map((line) => (
          <LinePath
            key={line.id}
            line={line}
            axis={line.axis === 'right' && right ? right : left}
            span={span}
            plot={plot}
          />
        ))}
        {forecast ? (
          <path
            d={forecastPath(forecast, left, span, plot)}
            fill="none"
            className={strokeClass[lines.find(({ id }) => id === forecast.of)?.tone ?? 's1']}
            strokeWidth={1.7}
            strokeDasharray="3 3"
          />
        ) : null}
      </g>
    </ComposedChart>
  )
})

function Values({ axis, side }: { axis: ValueAxis; side: 'left' | 'right' }) {
  return (
    <YAxis
      yAxisId={side === 'left' ? 0 : 'right'}
      orientation={side}
      type="number"
      domain={[axis.domain[0], axis.domain[1]]}
      allowDataOverflow
      ticks={axis.ticks.map(({ at }) => at)}
      tickFormatter={(at: number) => axis.ticks.find((one) => one.at === at)?.label ?? ''}
      interval={0}
      width={axisWidth(axis)}
      axisLine={false}
      tickLine={false}
      tickMargin={4}
      tick={tick}
    />
  )
}

function LinePath({ line, axis, span, plot }: { line: ChartLine; axis: ValueAxis; span: Span; plot: Plot }) {
  const { solid, dashed, area, band } = pathsOf(line, axis, span, plot)
  const stroke = {
    fill: 'none',
    strokeWidth: 1.7,
    strokeLinejoin: 'round',
    className: strokeClass[line.tone],
  } as const
  return (
    <g data-line={line.id}>
      {area ? <path d={area} className={fillClass[line.tone]} fillOpacity={0.1} /> : null}
      {band ? <path d={band} className={fillClass[line.tone]} fillOpacity={0.2} /> : null}
      {solid ? <path d={solid} {...stroke} strokeLinecap="round" /> : null}
      {dashed ? <path d={dashed} {...stroke} strokeDasharray="4 3" /> : null}
    </g>
  )
}
