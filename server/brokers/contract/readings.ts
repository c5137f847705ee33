import type { OkReading, Quality, Reading, Unit } from '../../../lib/schemas/reading.ts'

let lastMs = Number.NaN
let lastIso = ''

/** A sample makes a hundred thousand readings of one moment; writing it once is a tenth of the sample. */
function isoOf(ms: number): string {
  if (ms !== lastMs) {
    lastIso = new Date(ms).toISOString()
    lastMs = ms
  }
  return lastIso
}

/** A value the broker held at `atMs` (epoch ms). */
export function ok(value: number, unit: Unit, atMs: number, quality: Quality = 'exact'): OkReading {
  return { state: 'ok', value, unit, at: isoOf(atMs), quality }
}

/** This broker has no such thing; `reason` in words for a person. */
export function unsupported(reason: string): Reading {
  return { state: 'unsupported', reason }
}

/** It exists and is not known now; `last` is the newest value we had. */
export function unavailable(reason: string, atMs: number, last?: OkReading): Reading {
  const at = isoOf(atMs)
  return last ? { state: 'unavailable', reason, at, last } : { state: 'unavailable', reason, at }
}

/** `lag = max(0, end − max(committed, start))` on 64-bit decimal strings, safe beyond 2^53. */
export function countLag(end: string, committed: string, start: string): number {
  const [e, c, s] = [BigInt(end), BigInt(committed), BigInt(start)]
  const lag = e - (c > s ? c : s)
  return lag > 0n ? Number(lag) : 0
}
