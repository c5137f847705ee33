'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import { useDestination } from '@/lib/queries/destinations'
import { wordsOf } from '@/lib/queries/errors'
import { usePurge } from '@/lib/queries/messages'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'

/** Purge: the name typed, the count live while the dialog is open, a restorable backup first. */
export function PurgeDialog({
  broker,
  row,
  onClose,
}: {
  broker: Broker
  row: DestinationDetail
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const purge = usePurge(broker.id, row.id)
  const live = useDestination(broker.id, row.id)
  const depth = measure((live.data ?? row).readings.depth, 'full')
  const countWords = depth.value === null ? 'everything' : countOf(depth.value, 'message')
  return (
    <Dialog
      open
      onClose={onClose}
      title={purge.isSuccess ? 'Purged' : `Purge ${countWords}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          from <Name name={row.name} namespace={row.namespace} mono className="text-[12px]" />
          on {visibleText(broker.label)} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        purge.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Keep them</Button>
            <Button
              look="danger"
              blocked={typed === row.name ? null : 'Type the name exactly'}
              busy={purge.isPending}
              onClick={() => purge.mutate(typed)}
            >
              Purge {countWords}
            </Button>
          </>
        )
      }
    >
      {purge.isSuccess ? (
        <p role="status">
          {formatCount(purge.data.removed)} removed from {visibleText(row.name)}. They are kept as backup{' '}
          <AppLink href="/backups" className="font-mono text-[12px] underline underline-offset-3">
            {purge.data.backup}
          </AppLink>{' '}
          and can be restored from there.
        </p>
      ) : (
        <div className="flex flex-col gap-4">
          <p>
            Now there: <MeasureText measure={depth} className="font-[640]" />. What lies there when the purge
            starts is written to a backup, then removed; what arrives meanwhile stays. The backup can be
            restored from Backups.
          </p>
          <Field label={`Type ${visibleText(row.name)} to confirm`}>
            {(id) => (
              <Input id={id} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
            )}
          </Field>
          {purge.isError ? <Note tone="crit">{wordsOf(purge.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}
