import type { OkReading, Reading } from '../schemas/reading.ts'
import { formatBytes, formatCompact, formatCount, formatRate } from './number.ts'
import { formatDuration } from './time.ts'

/** How a reading is drawn. `known` false means: never as a number alone, always with `title`. */
export interface Measure {
  readonly text: string
  readonly known: boolean
  /** A last value of a broker that cannot be read now: drawn, but marked. */
  readonly stale: boolean
  readonly title: string
  readonly value: number | null
  readonly at: string | null
}

const unknown = (title: string): Measure => ({
  text: 'unknown',
  known: false,
  stale: false,
  title,
  value: null,
  at: null,
})

/** Draws a reading in words and numbers; absent, unsupported and unavailable never become 0. */
export function measure(reading: Reading | undefined, style: 'compact' | 'full' = 'compact'): Measure {
  if (!reading) return unknown('This broker does not report it')
  if (reading.state === 'unsupported') return { ...unknown(reading.reason), text: '—' }
  if (reading.state === 'unavailable') {
    if (!reading.last) return unknown(reading.reason)
    return {
      text: textOf(reading.last, style),
      known: true,
      stale: true,
      title: `Last known value. ${reading.reason}`,
      value: reading.last.value,
      at: reading.last.at,
    }
  }
  return {
    text: textOf(reading, style),
    known: true,
    stale: false,
    title: titleOf(reading),
    value: reading.value,
    at: reading.at,
  }
}

/** The first of these readings that is known; none: the last one says why. */
export function measureFirst(
  readings: readonly (Reading | undefined)[],
  style: 'compact' | 'full' = 'compact',
): Measure {
  const all = readings.map((reading) => measure(reading, style))
  return all.find(({ value }) => value !== null) ?? all.at(-1) ?? measure(undefined)
}

/** The number where it is known now or was known last, for sorting; unknown sorts below every number. */
export function sortValue(reading: Reading | undefined): number {
  return measure(reading).value ?? Number.NEGATIVE_INFINITY
}

function textOf(reading: OkReading, style: 'compact' | 'full'): string {
  const about = reading.quality === 'estimated' ? '≈ ' : ''
  return about + valueText(reading, style)
}

function valueText({ value, unit }: OkReading, style: 'compact' | 'full'): string {
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'per-second') return formatRate(value)
  if (unit === 'seconds') return formatDuration(value * 1000)
  if (unit === 'ms') return formatDuration(value)
  if (unit === 'ratio') return `${Number((value * 100).toFixed(1))} %`
  return style === 'compact' ? formatCompact(value) : formatCount(value)
}

function titleOf(reading: OkReading): string {
  const missing = reading.detail?.missing
  const part =
    typeof missing === 'number' || typeof missing === 'string'
      ? `, without ${missing} that could not be read`
      : ''
  return `${formatCount(reading.value)} ${reading.unit === 'per-second' ? 'per second' : reading.unit}, ${reading.quality}${part}, at ${reading.at}`
}
