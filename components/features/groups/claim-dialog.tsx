'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input, Select } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import { wordsOf } from '@/lib/queries/errors'
import { useClaimPending } from '@/lib/queries/group-acts'
import type { Broker } from '@/lib/schemas/broker'
import type { Group, Member, PendingEntry } from '@/lib/schemas/group'

/** Hands pending entries to another consumer of the group. */
export function ClaimDialog({
  broker,
  group,
  entries,
  onClose,
  onClaimed,
}: {
  broker: Broker
  group: Group
  entries: readonly PendingEntry[]
  onClose: () => void
  onClaimed: () => void
}) {
  const [consumer, setConsumer] = useState('')
  const [idleSeconds, setIdleSeconds] = useState('60')
  const claim = useClaimPending(broker.id, group.id)
  const what = countOf(entries.length, 'entry', 'entries')
  const holders = [...new Set(entries.map((entry) => entry.consumer))].map(visibleText).join(', ')
  const isWrong = !/^\d{1,7}$/.test(idleSeconds)
  const run = () =>
    claim.mutate(
      {
        destination: entries[0]?.destination ?? '',
        ids: entries.map(({ id }) => id),
        consumer,
        minIdleMs: Number(idleSeconds) * 1000,
      },
      { onSuccess: onClaimed },
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={claim.isSuccess ? 'Claimed' : `Claim ${what}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          of <Name name={group.name} mono className="text-[12px]" /> on {visibleText(broker.label)}{' '}
          <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        claim.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave them</Button>
            <Button
              look="primary"
              blocked={isWrong ? 'Seconds are a whole number' : consumer ? null : 'Choose a consumer'}
              busy={claim.isPending}
              onClick={run}
            >
              Claim {what}
            </Button>
          </>
        )
      }
    >
      {claim.isSuccess ? (
        <p role="status">{visibleText(claim.data.detail)}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <p>
            They leave the pending list of {holders} and stand in the one of the consumer chosen here, which
            must read its own pending entries to work on them. They are not delivered by this.
          </p>
          <Field label="Consumer">
            {(id) => (
              <Select id={id} value={consumer} onChange={(event) => setConsumer(event.target.value)}>
                <option value="">Choose</option>
                {group.members.map((member) => (
                  <option key={member.id} value={member.id}>
                    {optionOf(member)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field
            label="Only entries idle for at least so many seconds"
            hint="One that was delivered a moment ago may be worked on right now"
          >
            {(id) => (
              <Input
                id={id}
                inputMode="numeric"
                className="w-40"
                aria-describedby={`${id}-note`}
                value={idleSeconds}
                onChange={(event) => setIdleSeconds(event.target.value.trim())}
              />
            )}
          </Field>
          {claim.isError ? <Note tone="crit">{wordsOf(claim.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}

function optionOf({ id, pending, idleMs }: Member): string {
  const facts = [
    pending ? `holds ${measure(pending).text}` : '',
    idleMs ? `idle ${measure(idleMs).text}` : '',
  ].filter(Boolean)
  return visibleText(id) + (facts.length > 0 ? ` (${facts.join(', ')})` : '')
}
