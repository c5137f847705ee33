'use client'

import { clsx } from 'clsx'
import { Check, X } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { AppLink } from '@/components/ui/link'
import { visibleText } from '@/lib/format/name'
import { usePlaySandbox, useSandbox } from '@/lib/queries/brokers'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import { noteStep } from './steps.ts'
import { type Step, useTry } from './use-try.ts'

/** Four steps through the whole job, on messages nobody needs. They tick by what was really done. */
export function SandboxStrip({ broker }: { broker: Broker }) {
  const { steps, now, isDismissed } = useTry(broker.id)
  if (isDismissed) return null
  return <Strip broker={broker.id} steps={steps} now={now} />
}

/** The strip on a page on the way, as long as the way is not gone to its end: nobody has to find back to it. */
export function SandboxGuide({ broker, source }: { broker: Broker; source: string }) {
  const { steps, now, isDismissed, queue } = useTry(broker.id)
  if (isDismissed || queue !== source) return null
  return <Strip broker={broker.id} steps={steps} now={now} />
}

function Strip({ broker, steps, now }: { broker: string; steps: readonly Step[]; now: string | null }) {
  return (
    <section
      aria-label="Try it: fix the sandbox"
      className="relative flex flex-wrap items-center gap-x-5 gap-y-2 rounded-card border border-accent/40 bg-accent-wash px-4 py-2.5 max-md:pr-12"
    >
      <h2 className="font-[620]">Try it: fix the sandbox</h2>
      <ol className="flex flex-wrap gap-x-5 gap-y-1">
        {steps.map((step, index) => (
          <li key={step.label} className="flex items-center gap-1.5">
            <Mark done={step.done} number={index + 1} />
            {step.href ? (
              <AppLink
                href={step.href}
                className={clsx('underline-offset-3 hover:underline', step.done && 'text-ink-2')}
              >
                {visibleText(step.label)}
              </AppLink>
            ) : (
              <span className={step.done ? 'text-ink-2' : undefined}>{visibleText(step.label)}</span>
            )}
            {step.done ? <span className="sr-only">(done)</span> : null}
          </li>
        ))}
      </ol>
      <div className="ml-auto flex items-center gap-2 max-md:ml-0">
        <WorkerSwitch broker={broker} />
        <span className="max-md:absolute max-md:top-1.5 max-md:right-1.5">
          <IconButton label="Dismiss" onClick={() => noteStep('dismissed')}>
            <X aria-hidden />
          </IconButton>
        </span>
      </div>
      <p role="status" className="basis-full text-ink-2 empty:hidden">
        {now ? `${visibleText(now)}.` : null}
      </p>
    </section>
  )
}

function Mark({ done, number }: { done: boolean; number: number }) {
  return (
    <span
      className={clsx(
        'flex size-[18px] items-center justify-center rounded-full border text-[11px] font-[600]',
        done ? 'border-transparent bg-ok text-surface' : 'border-line-strong text-ink-2',
      )}
    >
      {done ? <Check className="size-3" strokeWidth={3} aria-hidden /> : number}
    </span>
  )
}

/** Breaks and heals the sandbox's worker: replayed before the fix a message visibly returns, after it it does not. */
export function WorkerSwitch({ broker }: { broker: string }) {
  const state = useSandbox(broker)
  const play = usePlaySandbox(broker)
  if (!state.data) return null
  const broken = state.data.workerBroken
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className={broken ? 'text-crit-ink' : 'text-ink-2'}>
        {play.isError ? wordsOf(play.error) : broken ? 'The worker is broken' : 'The worker is healthy'}
      </span>
      <Button busy={play.isPending} onClick={() => play.mutate(broken ? 'heal' : 'break')}>
        {broken ? 'Heal the worker' : 'Break the worker'}
      </Button>
    </span>
  )
}
