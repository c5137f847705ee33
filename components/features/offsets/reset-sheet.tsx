'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Sheet } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { useZone } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { Group } from '@/lib/schemas/group'
import { PlanView } from './plan-view.tsx'
import { PartFields, partKey, TargetFields } from './target-fields.tsx'
import { usePlan } from './use-plan.ts'
import { type Draft, endWords, targetOf } from './words.ts'

interface ResetSheetProps {
  broker: Broker
  group: Group
  part: 'partition' | 'stream'
  onClose: () => void
}

/** Moves a group: what, then the plan partition by partition, then its name typed. Nothing is set before the last button. */
export function ResetSheet({ broker, group, part, onClose }: ResetSheetProps) {
  const isUtc = useZone() === 'utc'
  const [draft, setDraft] = useState<Draft>({ kind: 'earliest', time: '', offset: '', shift: '' })
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const [typed, setTyped] = useState('')
  const { shown, planning, reset, ...act } = usePlan(broker.id, group.id)
  const target = targetOf(draft, isUtc)
  const wrong = 'wrong' in target ? target.wrong : chosen?.size === 0 ? `Choose at least one ${part}` : null
  const parts = chosen
    ? group.lag
        .filter((row) => chosen.has(partKey(row)))
        .map(({ destination, partition }) => ({ destination, partition }))
    : undefined
  const plan = () => {
    if ('wrong' in target || wrong) return
    act.plan(parts ? { target, parts } : { target })
  }
  const change =
    <T,>(set: (next: T) => void) =>
    (next: T) => {
      set(next)
      act.forget()
    }
  const members = shown?.plan.members.length ?? 0
  const unconfirmed = typed === group.name ? null : 'Type the name of the group exactly'
  const done = reset.data
  return (
    <Sheet
      open
      onClose={onClose}
      title={done ? endWords(done) : 'Reset offsets'}
      description={
        <span className="flex flex-wrap items-center gap-2">
          of <Name name={group.name} mono className="text-[12px]" /> on {visibleText(broker.label)}{' '}
          <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        done ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : shown ? (
          <>
            <Button className="mr-auto" busy={planning.isPending} onClick={plan}>
              Plan again
            </Button>
            {members > 0 ? (
              <Button
                look="danger"
                blocked={unconfirmed}
                busy={reset.isPending}
                onClick={() => act.apply(typed, true)}
              >
                Apply when empty
              </Button>
            ) : null}
            <Button
              look={members > 0 ? 'plain' : 'danger'}
              blocked={members > 0 ? 'Not while members are reading' : unconfirmed}
              busy={reset.isPending && members === 0}
              onClick={() => act.apply(typed, false)}
            >
              Apply
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button look="primary" blocked={wrong} busy={planning.isPending} onClick={plan}>
              Show the plan
            </Button>
          </>
        )
      }
    >
      {done ? (
        <p role="status">{visibleText(done.detail)}.</p>
      ) : (
        <div className="flex flex-col gap-6">
          <Block title="Go on from">
            <TargetFields draft={draft} onDraft={change(setDraft)} error={wrong} />
            <PartFields rows={group.lag} part={part} chosen={chosen} onChosen={change(setChosen)} />
          </Block>
          {planning.isError ? <Note tone="crit">{wordsOf(planning.error)}</Note> : null}
          {shown ? (
            <Block title="What it does">
              <PlanView plan={shown.plan} at={shown.at} />
              <Field
                label={`Type ${visibleText(group.name)} to confirm`}
                hint={
                  members > 0 ? 'Armed for 30 minutes; shown on this page, and cancelled there' : undefined
                }
              >
                {(id) => <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} />}
              </Field>
              {reset.isError ? (
                <Note tone="crit">
                  {wordsOf(reset.error)}
                  {act.isOutdated ? (
                    <p>Nothing was changed. Plan again to see how things stand now.</p>
                  ) : null}
                </Note>
              ) : null}
            </Block>
          ) : null}
        </div>
      )}
    </Sheet>
  )
}

function Block({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h3 className="border-b pb-1.5 font-[620] text-[11.5px] text-ink-3">{title}</h3>
      {children}
    </section>
  )
}
