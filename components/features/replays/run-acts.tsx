'use client'

import { Pause, Play, Square } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { formatCount } from '@/lib/format/number'
import { wordsOf } from '@/lib/queries/errors'
import { type ReplayAct, useReplayAct } from '@/lib/queries/replays'
import { useDenied } from '@/lib/queries/session'
import type { Replay } from '@/lib/schemas/replay'
import { summaryOf } from './summary.ts'

/** Start, pause, resume, cancel the rest: only what this state allows is there. */
export function RunActs({ run }: { run: Replay }) {
  const act = useReplayAct()
  const denied = useDenied('replays.run')
  const button = (
    name: ReplayAct,
    label: string,
    icon: React.ReactNode,
    look?: 'primary' | 'quiet-danger',
  ) => (
    <Button
      key={name}
      look={look ?? 'plain'}
      blocked={denied}
      busy={act.isPending && act.variables?.act === name}
      onClick={() => act.mutate({ replay: run.id, act: name })}
    >
      {icon}
      {label}
    </Button>
  )
  const icon = 'size-3.5'
  const { state, dryRun } = run
  const left = run.counts.pending
  return (
    <>
      {act.isError ? (
        <span role="alert" className="max-w-80 truncate text-crit-ink" title={wordsOf(act.error)}>
          {wordsOf(act.error)}
        </span>
      ) : null}
      {state === 'planned' && !dryRun
        ? button(
            'start',
            `Replay ${formatCount(run.counts.total)}`,
            <Play className={icon} aria-hidden />,
            'primary',
          )
        : null}
      {state === 'running' ? button('pause', 'Pause', <Pause className={icon} aria-hidden />) : null}
      {state === 'paused'
        ? button('resume', 'Resume', <Play className={icon} aria-hidden />, 'primary')
        : null}
      {(state === 'running' || state === 'paused' || state === 'planned' || state === 'planning') && !dryRun
        ? button(
            'cancel',
            left > 0 ? 'Cancel the rest' : 'Cancel',
            <Square className={icon} aria-hidden />,
            'quiet-danger',
          )
        : null}
      <CopyButton
        label="Copy summary"
        shortcut="c"
        text={() => summaryOf(run, { link: window.location.href, at: new Date() })}
      />
    </>
  )
}
