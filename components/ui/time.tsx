'use client'

import { useEffect } from 'react'
import { formatAge, formatClock, formatExact, formatStamp, type Zone } from '@/lib/format/time'
import { useNow } from './use-now.ts'
import { useUrlState } from './use-url-state.ts'

/** As last chosen on any page, so that following a link does not lose it. */
let chosen: Zone = 'local'

/** The zone times are drawn in, kept in the address (`z` toggles it). */
export function useZone(): Zone {
  const { get } = useUrlState()
  return get('zone') === 'utc' ? 'utc' : chosen
}

export function useZoneToggle(): () => void {
  const zone = useZone()
  const { set } = useUrlState()
  return () => {
    chosen = zone === 'utc' ? 'local' : 'utc'
    set({ zone: chosen === 'utc' ? 'utc' : null })
  }
}

/** Carries the zone into the address of every page that is opened after it was chosen or came by a link. */
export function useKeepZone(): void {
  const { get, set } = useUrlState()
  const inAddress = get('zone') === 'utc'
  useEffect(() => {
    if (inAddress) chosen = 'utc'
    else if (chosen === 'utc') set({ zone: 'utc' })
  }, [inAddress, set])
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
