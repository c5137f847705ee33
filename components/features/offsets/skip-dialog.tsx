'use client'

import { useEffect, useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { LoadingRows, Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { Group, LagRow } from '@/lib/schemas/group'
import { PlanView } from './plan-view.tsx'
import { SkippedMessage } from './skipped-message.tsx'
import { usePlan } from './use-plan.ts'

/** Steps over the next message of one partition: which one, what that means, the group's name typed. */
export function SkipDialog({
  broker,
  group,
  row,
  part,
  onClose,
}: {
  broker: Broker
  group: Group
  row: LagRow
  part: 'partition' | 'stream'
  onClose: () => void
}) {
  const { destination, partition } = row
  const [typed, setTyped] = useState('')
  const { shown, planning, reset, plan, apply, isOutdated } = usePlan(broker.id, group.id)
  const ask = () => plan({ target: { kind: 'skip-one' }, parts: [{ destination, partition }] })
  // biome-ignore lint/correctness/useExhaustiveDependencies: planned once, when the dialog opens.
  useEffect(ask, [])
  const members = shown?.plan.members.length ?? 0
  const [step] = shown?.plan.rows ?? []
  const done = reset.data
  return (
    <Dialog
      open
      onClose={onClose}
      title={done ? (done.state === 'applied' ? 'Skipped' : 'Armed') : 'Skip one message'}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Name name={destination} mono className="text-[12px]" />
          {part === 'partition' ? ` / ${partition}` : null} for {visibleText(group.name)} on{' '}
          {visibleText(broker.label)} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        done ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            {isOutdated ? (
              <Button busy={planning.isPending} onClick={ask}>
                Plan again
              </Button>
            ) : null}
            <Button
              look="danger"
              blocked={
                !step ? 'Not planned yet' : typed === group.name ? null : 'Type the name of the group exactly'
              }
              busy={reset.isPending}
              onClick={() => apply(typed, members > 0)}
            >
              {members > 0 ? 'Skip it when empty' : 'Skip it'}
            </Button>
          </>
        )
      }
    >
      {done ? (
        <p role="status">{visibleText(done.detail)}.</p>
      ) : (
        <div className="flex flex-col gap-4">
          {planning.isError ? <Note tone="crit">{wordsOf(planning.error)}</Note> : null}
          {shown && step ? (
            <>
              <SkippedMessage
                broker={broker.id}
                destination={destination}
                partition={part === 'partition' ? partition : undefined}
                position={part === 'partition' ? (step.old ?? step.start) : step.next}
              />
              <PlanView plan={shown.plan} at={shown.at} />
              <Field label={`Type ${visibleText(group.name)} to confirm`}>
                {(id) => <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} />}
              </Field>
            </>
          ) : planning.isError ? null : (
            <LoadingRows label="Planning" rows={3} />
          )}
          {reset.isError ? <Note tone="crit">{wordsOf(reset.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}
