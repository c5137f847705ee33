'use client'

import { Pause, Play } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { StateMark } from '@/components/ui/state-mark'
import { useZone } from '@/components/ui/time'
import { useNow } from '@/components/ui/use-now'
import { useUrlState } from '@/components/ui/use-url-state'
import { formatAge } from '@/lib/format/time'
import { useBrokers } from '@/lib/queries/brokers'
import { setPaused, useLiveState } from '@/lib/queries/live-state'

const words = { live: 'Live', connecting: 'Connecting', lost: 'Stream lost', paused: 'Paused' }
const levels = { live: 'ok', connecting: 'unknown', lost: 'warn', paused: 'unknown' } as const

/** Whether the page moves by itself, and how old the newest reading on it is. */
export function LiveStatus() {
  const live = useLiveState()
  const now = useNow()
  const brokers = useBrokers()
  const zone = useZone()
  const { set } = useUrlState()
  const newest = (brokers.data ?? []).reduce<string | null>(
    (latest, broker) =>
      broker.sampledAt && (!latest || broker.sampledAt > latest) ? broker.sampledAt : latest,
    null,
  )
  const paused = live.state === 'paused'
  return (
    <div className="flex items-center gap-2">
      <button
        type="button"
        onClick={() => set({ zone: zone === 'utc' ? null : 'utc' })}
        title="Times in local or UTC (z)"
        className="h-7 rounded-control border border-line-strong px-2 text-[12px] text-ink-2 hover:text-ink max-md:hidden"
      >
        {zone === 'utc' ? 'UTC' : 'Local time'}
      </button>
      <span
        role="status"
        aria-live="off"
        className="flex items-center gap-1.5 whitespace-nowrap font-[550]"
        title={
          live.state === 'lost'
            ? 'The live stream is interrupted; lists are asked for every few seconds instead'
            : undefined
        }
      >
        <StateMark level={levels[live.state]} label="" />
        {words[live.state]}
        <span className="font-[450] text-ink-3 tabular-nums max-md:hidden">
          {newest && now ? formatAge(newest, now) : 'no data yet'}
        </span>
      </span>
      <IconButton
        label={paused ? 'Resume live updates' : 'Pause live updates'}
        onClick={() => setPaused(!paused)}
      >
        {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
      </IconButton>
    </div>
  )
}
