import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import type { Health } from './health.ts'

/** Older than this, a value is no longer shown as current: a watched broker is sampled at least this often. */
export const freshMs = 5_000
/** What a page of brokers accepts without asking again: an unwatched broker is sampled every 15 s. */
export const calmMs = 20_000

/** Why values of this age are not current; null when they are. */
export function staleReason(
  health: Health,
  sampledAtMs: number,
  nowMs: number,
  limitMs: number,
): string | null {
  if (health.state === 'down') return `The broker is down: ${health.reason ?? 'no answer'}`
  if (nowMs - sampledAtMs <= limitMs + 1_000) return null
  const seconds = Math.round((nowMs - sampledAtMs) / 1000)
  return `The broker gave no newer values for ${seconds} s`
}

/** How old the values of a broker may be that is read so often, and be shown as they are: read more seldom where nothing moves or reading costs much, they are expected to be older. */
export function allowedAgeMs(intervalMs: number): number {
  return Math.max(calmMs, intervalMs * 1.3)
}

/** Values that are no longer current keep standing as what they were. */
export function markStale(reading: Reading, reason: string, nowMs: number): Reading {
  if (reading.state !== 'ok') return reading
  return { state: 'unavailable', reason, at: new Date(nowMs).toISOString(), last: reading }
}

export function markAllStale(readings: Readings, reason: string | null, nowMs: number): Readings {
  if (reason === null) return readings
  return Object.fromEntries(
    Object.entries(readings).map(([name, reading]) => [name, markStale(reading, reason, nowMs)]),
  )
}
