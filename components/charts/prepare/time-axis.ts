import type { Zone } from '@/lib/format/time'
import type { Span } from '../model.ts'

const s = 1000
const m = 60 * s
const h = 60 * m
const d = 24 * h
const steps = [
  s,
  2 * s,
  5 * s,
  10 * s,
  15 * s,
  30 * s,
  m,
  2 * m,
  5 * m,
  10 * m,
  15 * m,
  30 * m,
  h,
  2 * h,
  3 * h,
  6 * h,
  12 * h,
  d,
  2 * d,
  4 * d,
  7 * d,
  14 * d,
]
/** In months; beyond two weeks nobody counts days. */
const monthSteps = [1, 2, 3, 6, 12, 24, 60]
const most = 5

export interface TimeTick {
  readonly atMs: number
  readonly label: string
}

/** Three to five round moments of the zone the page shows, with as much of the date as they need. */
export function timeTicks(span: Span, zone: Zone): TimeTick[] {
  for (const step of steps) {
    if ((span.toMs - span.fromMs) / step > most + 1) continue
    const ticks = everyStep(span, step, zone)
    if (ticks.length <= most) return ticks.map((atMs) => ({ atMs, label: labelOf(atMs, step, zone) }))
  }
  for (const months of monthSteps) {
    const ticks = everyMonths(span, months, zone)
    if (ticks.length <= most) return ticks.map((atMs) => ({ atMs, label: monthOf(atMs, months, zone) }))
  }
  return []
}

function everyStep({ fromMs, toMs }: Span, step: number, zone: Zone): number[] {
  const ticks: number[] = []
  // Counted on the zone's own clock, so that they stay round where its clock is put forward or back.
  const start = Math.ceil((fromMs + offsetMs(fromMs, zone)) / step) * step
  for (let clock = start; clock - offsetMs(fromMs, zone) <= toMs + 2 * h; clock += step) {
    const guess = clock - offsetMs(fromMs, zone)
    const atMs = step >= h ? clock - offsetMs(guess, zone) : guess
    if (atMs >= fromMs && atMs <= toMs && atMs !== ticks.at(-1)) ticks.push(atMs)
    if (ticks.length > most + 1) break
  }
  return ticks
}

function everyMonths({ fromMs, toMs }: Span, months: number, zone: Zone): number[] {
  const ticks: number[] = []
  const { year, month } = dayOf(fromMs, zone)
  for (let at = Math.floor((year * 12 + month) / months) * months; ticks.length <= most; at += months) {
    const [y, mo] = [Math.floor(at / 12), at % 12]
    const atMs = zone === 'utc' ? Date.UTC(y, mo, 1) : new Date(y, mo, 1).getTime()
    if (atMs > toMs) break
    if (atMs >= fromMs) ticks.push(atMs)
  }
  return ticks
}

function offsetMs(atMs: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(atMs).getTimezoneOffset() * m
}

function dayOf(atMs: number, zone: Zone) {
  const date = new Date(atMs)
  return zone === 'utc'
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
    : { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() }
}

const monthNames = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function labelOf(atMs: number, step: number, zone: Zone): string {
  const clock = new Date(atMs + offsetMs(atMs, zone)).toISOString().slice(11, 19)
  if (step >= d || (step >= h && clock === '00:00:00')) {
    const { month, day } = dayOf(atMs, zone)
    return `${day} ${monthNames[month]}`
  }
  return step < m ? clock : clock.slice(0, 5)
}

function monthOf(atMs: number, months: number, zone: Zone): string {
  const { year, month } = dayOf(atMs, zone)
  return months >= 12 || month === 0 ? `${monthNames[month]} ${year}` : (monthNames[month] ?? '')
}
