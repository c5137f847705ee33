'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { useRemoveBroker } from '@/lib/queries/broker-form'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'

/** Takes a broker out of the console, its name typed; the broker itself keeps everything. */
export function RemoveDialog({ broker, onClose }: { broker: Broker; onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const remove = useRemoveBroker()
  const label = visibleText(broker.label)
  return (
    <Dialog
      open
      onClose={onClose}
      title="Remove from Signalbox"
      description={
        <span className="flex flex-wrap items-center gap-2">
          {label} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            blocked={typed === broker.label ? null : 'Type the name exactly'}
            busy={remove.isPending}
            onClick={() => remove.mutate({ id: broker.id, confirm: typed }, { onSuccess: onClose })}
          >
            Remove {label}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>
          The broker itself is not touched: its queues, topics and messages stay. Signalbox forgets its
          address and its secrets, and shows it no more. What was recorded of it (audit, replays, backups)
          stays.
        </p>
        <Field label={`Type ${label} to confirm`}>
          {(id) => (
            <Input id={id} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        {remove.isError ? <Note tone="crit">{wordsOf(remove.error)}</Note> : null}
      </div>
    </Dialog>
  )
}
