import { formatTick } from '@/lib/format/unit'
import type { ChartLine, Forecast, ScaleKind, Unit } from '../model.ts'

/** One value axis: what it spans after `place`, and the few values written beside it. */
export interface ValueAxis {
  readonly unit: Unit | null
  /** Where a value stands on the axis: itself, or its symmetric logarithm. */
  readonly place: (value: number) => number
  readonly domain: readonly [number, number]
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}

/** Like a logarithm far from zero, straight near it: zero and less have a place. */
export function symlog(value: number): number {
  return Math.sign(value) * Math.log10(1 + Math.abs(value))
}

const decimal = [1, 2, 2.5, 5, 10]
const seconds = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
]
const counted = new Set<Unit | null>(['messages', 'consumers', 'groups', 'partitions', 'members', 'count'])

/** Starts at zero unless a value is below it; holds the highest value of every step, and three to five ticks. */
export function valueAxisOf(
  lines: readonly ChartLine[],
  scale: ScaleKind,
  forecast?: Forecast | undefined,
): ValueAxis {
  const unit = lines[0]?.series.unit ?? null
  let [low, high] = [0, 0]
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined) return
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  for (const { series } of lines) {
    for (const [, value] of series.points) take(value)
    series.low.forEach(take)
    series.high.forEach(take)
  }
  for (const [, value] of forecast?.points ?? []) take(value)
  if (low === high) high = unit === 'ratio' ? 1 : 4
  const values = scale === 'log' ? logTicks(low, high) : linearTicks(low, high, unit)
  const place = scale === 'log' ? symlog : (value: number) => value
  return {
    unit,
    place,
    domain: [
      Math.min(place(low), place(values[0] ?? low)),
      Math.max(place(high), place(values.at(-1) ?? high)),
    ],
    ticks: values.map((value) => ({ at: place(value), label: formatTick(unit, value) })),
  }
}

function linearTicks(low: number, high: number, unit: Unit | null): number[] {
  for (const step of steps((high - low) / 5, unit)) {
    const [first, last] = [Math.floor(low / step), Math.ceil(high / step - 1e-9)]
    if (last - first <= 4)
      return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step))
  }
  return [low, high]
}

/** Steps of this size and larger, smallest first. */
function* steps(least: number, unit: Unit | null): Generator<number> {
  if (unit === 'seconds' || unit === 'ms') {
    const scale = unit === 'ms' ? 1000 : 1
    for (const step of seconds) if (step * scale >= least && least >= scale / 5) yield step * scale
    if (least >= scale) for (let days = 2; days < 1e6; days *= 2) yield days * 86_400 * scale
  }
  let power = 10 ** Math.floor(Math.log10(Math.max(least, Number.MIN_VALUE)))
  for (let round = 0; round < 4; round += 1, power *= 10)
    for (const factor of decimal) {
      const step = factor * power
      if (step < least || (counted.has(unit) && !Number.isInteger(step))) continue
      yield step
    }
  if (counted.has(unit)) yield 1
}

function logTicks(low: number, high: number): number[] {
  const upTo = (most: number) => {
    const all: number[] = []
    for (let power = 1; power <= most * 1.0001; power *= 10) all.push(power)
    return all
  }
  const thin = (all: readonly number[], most: number) => {
    const every = Math.ceil(all.length / most)
    return all.filter((_, index) => (all.length - 1 - index) % every === 0)
  }
  const above =
    high > 0 ? thin(upTo(high).length >= 2 ? upTo(high) : [1, 2, 5].filter((one) => one <= high), 4) : []
  const below = low < 0 ? thin(upTo(-low), 2).map((value) => -value) : []
  const ticks = [...below.reverse(), 0, ...above]
  return ticks.length >= 3 ? ticks : [...ticks, tidy(high)]
}

function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
