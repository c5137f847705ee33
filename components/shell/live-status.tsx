'use client'

import { Pause, Play } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { StateMark } from '@/components/ui/state-mark'
import { useZone, useZoneToggle } from '@/components/ui/time'
import { Tip } from '@/components/ui/tip'
import { setPaused } from '@/lib/queries/live-state'
import { useFreshness } from './use-freshness.ts'

const words = {
  live: 'Live',
  connecting: 'Connecting',
  lost: 'Stream lost',
  paused: 'Paused',
  stale: 'Stale',
}
const levels = {
  live: 'ok',
  connecting: 'unknown',
  lost: 'warn',
  paused: 'unknown',
  stale: 'warn',
} as const

/** The zone of all times, whether the page moves by itself, and how old the newest reading on it is. */
export function LiveStatus() {
  const { state, age } = useFreshness()
  const zone = useZone()
  const toggleZone = useZoneToggle()
  const paused = state === 'paused'
  return (
    <div className="flex items-center gap-2">
      <Tip text="Times in local or UTC (z)">
        <button
          type="button"
          onClick={toggleZone}
          className="h-7 whitespace-nowrap rounded-control border border-line-strong px-2 text-[12px] text-ink-2 hover:text-ink max-md:hidden"
        >
          {zone === 'utc' ? 'UTC' : 'Local time'}
        </button>
      </Tip>
      <span className="flex items-center gap-1.5 whitespace-nowrap font-[550]">
        <StateMark level={levels[state]} label="" />
        {words[state]}
        <span className="min-w-14 font-[450] text-ink-3 tabular-nums max-md:hidden">
          {age ?? 'no data yet'}
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
