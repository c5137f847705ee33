'use client'

import { Pause, TriangleAlert } from 'lucide-react'
import { setPaused } from '@/lib/queries/live-state'
import { useFreshness } from './use-freshness.ts'

/** Said above everything where the page does not move, or what it shows is old. */
export function PageNotice() {
  const { state, age } = useFreshness()
  if (state === 'live' || state === 'connecting') return null
  const isPaused = state === 'paused'
  const Icon = isPaused ? Pause : TriangleAlert
  return (
    <div
      className={`flex shrink-0 flex-wrap items-center gap-x-2 border-b px-6 py-1.5 max-md:px-4 ${isPaused ? 'bg-sunken text-ink-2' : 'bg-warn-wash text-warn-ink'}`}
    >
      <Icon className="size-3.5 shrink-0" aria-hidden />
      <p className="min-w-0 flex-1">
        <span role="status">
          {isPaused
            ? 'Paused: nothing on this page moves by itself.'
            : state === 'lost'
              ? 'The live stream is interrupted; lists are asked for every few seconds instead.'
              : 'What stands here is old: no broker was read in the last 15 s.'}
        </span>
        {age ? ` The newest values were read ${age === 'now' ? 'just now' : age}.` : ''}
      </p>
      {isPaused ? (
        <button
          type="button"
          className="font-[550] text-ink underline underline-offset-3"
          onClick={() => setPaused(false)}
        >
          Resume
        </button>
      ) : null}
    </div>
  )
}
