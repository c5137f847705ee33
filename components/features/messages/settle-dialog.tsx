'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import { useDestination } from '@/lib/queries/destinations'
import { wordsOf } from '@/lib/queries/errors'
import { useSettle } from '@/lib/queries/messages'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'

export type SettleAction = 'delete' | 'park' | 'acknowledge'
const verbs: Record<SettleAction, string> = { delete: 'Delete', park: 'Park', acknowledge: 'Acknowledge' }

/** Takes single messages out: the verb, the resource, its environment and the count named, the name typed, a backup first. */
export function SettleDialog({
  broker,
  row,
  action,
  ids,
  onClose,
  onDone,
}: {
  broker: Broker
  row: DestinationDetail
  action: SettleAction
  ids: readonly string[]
  onClose: () => void
  onDone: () => void
}) {
  const settle = useSettle(broker.id, row.id)
  const live = useDestination(broker.id, row.id)
  const depth = measure((live.data ?? row).readings.depth, 'full')
  const [typed, setTyped] = useState('')
  const [target, setTarget] = useState(`${row.name}.parked`)
  const [group, setGroup] = useState('')
  const what = countOf(ids.length, 'message')
  const wrong =
    typed !== row.name
      ? 'Type the name exactly'
      : action === 'acknowledge' && !group
        ? 'Name the consumer group'
        : null
  const done = () => {
    onDone()
    onClose()
  }
  const act = () =>
    settle.mutate(
      {
        ids: [...ids],
        action,
        confirm: typed,
        ...(action === 'park' ? { target } : {}),
        ...(action === 'acknowledge' ? { group } : {}),
      },
      { onSuccess: done },
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${verbs[action]} ${what}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          {action === 'park' ? 'out of' : action === 'delete' ? 'from' : 'of'}
          <Name name={row.name} namespace={row.namespace} mono className="text-[12px]" />
          on {visibleText(broker.label)} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button
            look={action === 'delete' ? 'danger' : 'primary'}
            blocked={wrong}
            busy={settle.isPending}
            onClick={act}
          >
            {verbs[action]} {what}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>
          {explain(action, target)} Now there: <MeasureText measure={depth} className="font-[640]" />. A
          backup is written first and can be restored from Backups.
        </p>
        {action === 'park' ? (
          <Field label="Where to" hint="Created when it does not exist">
            {(id) => <Input id={id} value={target} onChange={(event) => setTarget(event.target.value)} />}
          </Field>
        ) : null}
        {action === 'acknowledge' ? (
          <Field label="Consumer group">
            {(id) => <Input id={id} value={group} onChange={(event) => setGroup(event.target.value)} />}
          </Field>
        ) : null}
        <Field label={`Type ${visibleText(row.name)} to confirm`}>
          {(id) => (
            <Input id={id} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        {settle.isError ? <Note tone="crit">{wordsOf(settle.error)}</Note> : null}
      </div>
    </Dialog>
  )
}

function explain(action: SettleAction, target: string): string {
  if (action === 'delete') return 'They leave the broker. Messages not selected stay, in order.'
  if (action === 'park') return `They move to ${visibleText(target)}, where nobody consumes them.`
  return 'The group no longer waits for them. The entries themselves stay in the stream.'
}
