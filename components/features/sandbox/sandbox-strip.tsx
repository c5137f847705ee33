'use client'

import { clsx } from 'clsx'
import { Check, X } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { AppLink } from '@/components/ui/link'
import { countOf } from '@/lib/format/number'
import { destinationPath, replayPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { usePlaySandbox, useSandbox } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { wordsOf } from '@/lib/queries/errors'
import { useReplays } from '@/lib/queries/replays'
import type { Broker } from '@/lib/schemas/broker'
import { noteStep, useSteps } from './steps.ts'

/** Four steps through the whole job, on messages nobody needs. They tick by what was really done. */
export function SandboxStrip({ broker }: { broker: Broker }) {
  const steps = useSteps()
  const deadLetters = useDeadLetters()
  const replays = useReplays()
  const state = useSandbox(broker.id)
  if (steps.includes('dismissed')) return null
  // The one the switch beside it acts on: replayed before the fix a message visibly returns to it.
  const queue = deadLetters.data?.items.find((row) => row.id === state.data?.deadLetterQueue)
  const runs = (replays.data?.items ?? []).filter((run) => run.broker === broker.id && !run.dryRun)
  const finished = runs.find((run) => run.state === 'completed')
  const dlqHref = queue ? destinationPath(broker.id, queue.id) : null
  const latest = runs[0]
  const list = [
    {
      label: queue ? `Open ${queue.name}` : 'Open the dead-letter queue',
      done: steps.includes('opened'),
      href: dlqHref,
    },
    { label: 'Read the cause', done: steps.includes('read'), href: dlqHref },
    { label: 'Replay', done: runs.length > 0, href: dlqHref },
    {
      label: 'Watch it leave',
      done: finished !== undefined,
      href: latest ? replayPath(latest.id) : null,
    },
  ]
  return (
    <section
      aria-label="Try it: fix the sandbox"
      className="flex flex-wrap items-center gap-x-5 gap-y-2 rounded-card border border-accent/40 bg-accent-wash px-4 py-2.5"
    >
      <h2 className="font-[620]">Try it: fix the sandbox</h2>
      <ol className="flex flex-wrap gap-x-5 gap-y-1">
        {list.map((step, index) => (
          <li key={step.label} className="flex items-center gap-1.5">
            <span
              className={clsx(
                'flex size-[18px] items-center justify-center rounded-full border text-[11px] font-[600]',
                step.done ? 'border-transparent bg-ok text-surface' : 'border-line-strong text-ink-2',
              )}
            >
              {step.done ? <Check className="size-3" strokeWidth={3} aria-hidden /> : index + 1}
            </span>
            {step.href ? (
              <AppLink
                href={step.href}
                className={clsx('underline-offset-3 hover:underline', step.done && 'text-ink-3')}
              >
                {step.label}
              </AppLink>
            ) : (
              <span className={step.done ? 'text-ink-3' : undefined}>{step.label}</span>
            )}
            {step.done ? <span className="sr-only">(done)</span> : null}
          </li>
        ))}
      </ol>
      <div className="ml-auto flex items-center gap-2">
        <WorkerSwitch broker={broker.id} />
        <IconButton label="Dismiss" onClick={() => noteStep('dismissed')}>
          <X aria-hidden />
        </IconButton>
      </div>
      {queue ? (
        <span className="sr-only">
          {countOf(measure(queue.counts.open).value ?? 0, 'message')} lie there.
        </span>
      ) : null}
    </section>
  )
}

/** Breaks and heals the sandbox's worker: replayed before the fix a message visibly returns, after it it does not. */
export function WorkerSwitch({ broker }: { broker: string }) {
  const state = useSandbox(broker)
  const play = usePlaySandbox(broker)
  if (!state.data) return null
  const broken = state.data.workerBroken
  return (
    <span className="flex items-center gap-2">
      <span className={broken ? 'text-crit-ink' : 'text-ink-2'}>
        {play.isError ? wordsOf(play.error) : broken ? 'The worker is broken' : 'The worker is healthy'}
      </span>
      <Button busy={play.isPending} onClick={() => play.mutate(broken ? 'heal' : 'break')}>
        {broken ? 'Heal the worker' : 'Break the worker'}
      </Button>
    </span>
  )
}
