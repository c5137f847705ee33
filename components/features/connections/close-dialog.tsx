'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { useCloseConnection } from '@/lib/queries/connections'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { Connection } from '@/lib/schemas/connection'
import { nameToType, whoWords } from './words.ts'

/** Sends one connection away: what that does in a sentence, its name typed. */
export function CloseDialog({
  broker,
  connection,
  onClose,
}: {
  broker: Broker
  connection: Connection
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const act = useCloseConnection(broker.id)
  const name = nameToType(connection)
  const confirmed = typed === name || (connection.host !== undefined && typed === connection.host)
  return (
    <Dialog
      open
      onClose={onClose}
      title={act.isSuccess ? 'Connection closed' : 'Close connection'}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Name name={name} mono className="text-[12px]" /> on {visibleText(broker.label)}{' '}
          <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        act.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button
              look="danger"
              blocked={confirmed ? null : 'Type its name exactly'}
              busy={act.isPending}
              onClick={() => act.mutate({ connection: connection.id, confirm: typed, reason: reason.trim() })}
            >
              Close connection
            </Button>
          </>
        )
      }
    >
      {act.isSuccess ? (
        <p role="status">{visibleText(act.data.detail)}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <p>{visibleText(connection.closeEffect ?? 'The broker closes it.')}</p>
          <p className="text-ink-3">{whoWords(connection)}</p>
          <Field label={`Type ${visibleText(name)} to confirm`}>
            {(id) => (
              <Input id={id} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} />
            )}
          </Field>
          <Field label="Reason" hint="Optional: the client and the audit log are told">
            {(id) => (
              <Input
                id={id}
                maxLength={200}
                aria-describedby={`${id}-note`}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          {act.isError ? <Note tone="crit">{wordsOf(act.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}
