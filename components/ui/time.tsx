'use client'

import { formatAge, formatClock, formatExact, formatStamp, type Zone } from '@/lib/format/time'
import { useNow } from './use-now.ts'
import { useUrlState } from './use-url-state.ts'

/** The zone times are drawn in, kept in the address (`z` toggles it). */
export function useZone(): Zone {
  const { get } = useUrlState()
  return get('zone') === 'utc' ? 'utc' : 'local'
}

/** A moment; exact with its offset on hover. */
export function Time({ at, style = 'stamp' }: { at: string; style?: 'stamp' | 'clock' | 'age' }) {
  const zone = useZone()
  const now = useNow()
  const text =
    style === 'age'
      ? formatAge(at, now)
      : style === 'clock'
        ? formatClock(at, zone, now)
        : formatStamp(at, zone)
  return (
    <time dateTime={at} title={formatExact(at, zone)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  )
}
