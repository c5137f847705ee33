import type { Unit } from '../schemas/reading.ts'
import { formatBytes, formatCompact, formatRate } from './number.ts'
import { formatDuration } from './time.ts'

/** What stands beside an axis. */
const words: Record<Unit, string> = {
  messages: 'messages',
  bytes: 'bytes',
  consumers: 'consumers',
  groups: 'groups',
  partitions: 'partitions',
  'per-second': 'messages/s',
  seconds: 'time',
  ms: 'time',
  members: 'members',
  count: 'count',
  ratio: 'share',
}

export function unitWords(unit: Unit | null): string {
  return unit === null ? '' : words[unit]
}

/** A value of a chart with its unit where the number alone would not say it: "1 204", "31/s", "18 min", "2.1 GB". */
export function formatIn(unit: Unit | null, value: number): string {
  if (unit === 'bytes') return signed(value, formatBytes)
  if (unit === 'per-second') return `${signed(value, formatRate)}/s`
  if (unit === 'seconds') return signed(value, (size) => formatDuration(size * 1000))
  if (unit === 'ms') return signed(value, formatDuration)
  if (unit === 'ratio') return `${trim(value * 100)} %`
  return signed(value, (size) => (Number.isInteger(size) || size >= 10 ? formatCompact(size) : trim(size)))
}

/** The same for the few characters beside an axis: "60k", "1.5M", "15 m". */
export function formatTick(unit: Unit | null, value: number): string {
  if (unit === 'seconds' || unit === 'ms')
    return signed(value, (size) => shortTime(unit === 'ms' ? size / 1000 : size))
  if (unit === 'bytes') return signed(value, formatBytes)
  if (unit === 'ratio') return `${trim(value * 100)} %`
  return signed(value, short)
}

function signed(value: number, format: (size: number) => string): string {
  return value < 0 ? `−${format(-value)}` : format(value)
}

function short(value: number): string {
  if (value >= 1e9) return `${trim(value / 1e9)}G`
  if (value >= 1e6) return `${trim(value / 1e6)}M`
  if (value >= 1000) return `${trim(value / 1000)}k`
  return trim(value)
}

function shortTime(seconds: number): string {
  if (seconds >= 172_800) return `${trim(seconds / 86_400)} d`
  if (seconds >= 3600) return `${trim(seconds / 3600)} h`
  if (seconds >= 60) return `${trim(seconds / 60)} m`
  return `${trim(seconds)} s`
}

function trim(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 1 ? 2 : 1)))
}
