import type { ChartLine, Forecast, Span } from '../model.ts'
import { bandsOf, runsOf } from './runs.ts'
import type { TimeTick } from './time-axis.ts'
import type { ValueAxis } from './value-axis.ts'

/** Where the lines are drawn, in pixels of the chart. */
export interface Plot {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const plotTop = 16
export const timeAxisHeight = 18
const perDigit = 6.6
const rightEdge = 6

/** Moments whose words have room within the chart. */
export function fitting(times: readonly TimeTick[], span: Span, plot: Plot, width: number): TimeTick[] {
  return times.filter(({ atMs, label }) => {
    const x = plot.left + ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * plot.width
    return x + (label.length * perDigit) / 2 <= width
  })
}

/** Room for the numbers beside the axes is as wide as they are. */
export function axisWidth(axis: ValueAxis | null): number {
  if (!axis) return rightEdge
  return Math.ceil(Math.max(14, ...axis.ticks.map(({ label }) => label.length * perDigit)) + 12)
}

export function plotOf(
  size: { readonly width: number; readonly height: number },
  left: ValueAxis,
  right: ValueAxis | null,
): Plot {
  const [from, to] = [axisWidth(left), axisWidth(right)]
  return {
    left: from,
    top: plotTop,
    width: Math.max(1, size.width - from - to),
    height: Math.max(1, size.height - plotTop - timeAxisHeight),
  }
}

export interface LinePaths {
  readonly solid: string
  readonly dashed: string
  readonly area: string
  readonly band: string
}

/** The paths of one line. A value that stands alone is a stroke of no length: its round cap is a dot. */
export function pathsOf(
  { series, filled = false }: Pick<ChartLine, 'series' | 'filled'>,
  axis: ValueAxis,
  span: Span,
  plot: Plot,
): LinePaths {
  const { x, y } = placing(axis, span, plot)
  const floor = y(Math.max(0, Math.min(...axis.domain)))
  let [solid, dashed, area, band] = ['', '', '', '']
  for (const run of runsOf(series)) {
    const line = lineOf(run.points.map(([t, value]) => [x(t), y(value)]))
    if (run.dashed) dashed += line
    else solid += line
    const [first, last] = [run.points[0], run.points.at(-1)]
    if (filled && first && last && run.points.length > 1)
      area += `${line}L${x(last[0])} ${floor}L${x(first[0])} ${floor}Z`
  }
  for (const { points } of bandsOf(series)) {
    const top = points.map(([t, , high]) => [x(t), y(high)] as const)
    const bottom = points.map(([t, low]) => [x(t), y(low)] as const).reverse()
    band += points.length === 1 ? lineOf([...top, ...bottom]) : `${lineOf([...top, ...bottom])}Z`
  }
  return { solid, dashed, area, band }
}

export function forecastPath(forecast: Forecast, axis: ValueAxis, span: Span, plot: Plot): string {
  const { x, y } = placing(axis, span, plot)
  return lineOf(forecast.points.map(([t, value]) => [x(t), y(value)]))
}

function placing({ place, domain: [low, high] }: ValueAxis, { fromMs, toMs }: Span, plot: Plot) {
  return {
    x: (t: number) => round(plot.left + ((t - fromMs) / (toMs - fromMs)) * plot.width),
    y: (value: number) => round(plot.top + plot.height * (1 - (place(value) - low) / (high - low))),
  }
}

function lineOf(points: readonly (readonly [number, number])[]): string {
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  return points.length === 1 ? `${line}h0` : line
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
