'use client'

import { countOf } from '@/lib/format/number'
import { destinationPath, replayPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { useSandbox } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { useReplay, useReplays } from '@/lib/queries/replays'
import type { Replay } from '@/lib/schemas/replay'
import { useSteps } from './steps.ts'

export interface Step {
  readonly label: string
  readonly done: boolean
  readonly href: string | null
}

/** The four steps, ticked by what was really done, and what to do now in a sentence. */
export function useTry(broker: string): {
  readonly steps: readonly Step[]
  readonly now: string | null
  readonly isDismissed: boolean
  /** The dead-letter queue the worker fills: the only place the steps are about. */
  readonly queue: string | null
} {
  const noted = useSteps()
  const deadLetters = useDeadLetters()
  const state = useSandbox(broker)
  const replays = useReplays()
  const source = state.data?.deadLetterQueue ?? null
  const queue = deadLetters.data?.items.find((row) => row.broker === broker && row.id === source)
  const runs = (replays.data?.items ?? []).filter(
    (run) => run.broker === broker && !run.dryRun && run.source.id === source,
  )
  // Only the run itself says what came back since it ended; the list keeps what was known at its end.
  const latest = useReplay(runs[0]?.id ?? null).data
  const broken = state.data?.workerBroken ?? true
  const back = latest ? cameBack(latest) : null
  const left = !broken && back === 0
  const href = queue ? destinationPath(broker, queue.id) : null
  const name = queue?.name ?? 'the dead-letter queue'
  return {
    steps: [
      { label: `Open ${name}`, done: noted.includes('opened'), href },
      { label: 'Read the cause', done: noted.includes('read'), href },
      { label: 'Replay', done: runs.length > 0, href },
      { label: 'Watch it leave', done: left, href: latest ? replayPath(latest.id) : null },
    ],
    now: back === null ? null : nextSentence(back, broken, name),
    isDismissed: noted.includes('dismissed'),
    queue: source,
  }
}

/** How many arrived in the source since the run began; null while it runs, or when nobody knows. */
function cameBack(run: Replay): number | null {
  return run.state === 'completed' ? measure(run.outcome?.arrivedSince).value : null
}

function nextSentence(back: number, broken: boolean, name: string): string {
  if (back === 0)
    return broken
      ? 'Delivered to a worker that is still broken: it will come back'
      : 'It left and stayed away'
  const again = `${countOf(back, 'message')} came back to ${name}`
  return broken
    ? `${again}. Heal the worker, then replay again`
    : `${again} before the worker was healed. Replay again`
}
