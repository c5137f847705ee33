'use client'

import { useNow } from '@/components/ui/use-now'
import { formatAge } from '@/lib/format/time'
import { useBrokers } from '@/lib/queries/brokers'
import { type LiveState, useLiveState } from '@/lib/queries/live-state'

/** A watched broker is read at least every 5 s: three of those without a value is old. */
const staleAfterMs = 15_000

export interface Freshness {
  readonly state: LiveState | 'stale'
  /** Of the newest reading there is: "2 s ago"; null before the first. */
  readonly age: string | null
}

/** Whether the page moves by itself, and how old the newest reading on it is. */
export function useFreshness(): Freshness {
  const live = useLiveState()
  const now = useNow()
  const brokers = useBrokers()
  const newest = (brokers.data ?? []).reduce<string | null>(
    (latest, { sampledAt }) => (sampledAt && (!latest || sampledAt > latest) ? sampledAt : latest),
    null,
  )
  const age = newest && now ? formatAge(newest, now) : null
  const isStale =
    live.state === 'live' && newest !== null && now > 0 && now - Date.parse(newest) > staleAfterMs
  return { state: isStale ? 'stale' : live.state, age }
}
