'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input, Select } from '@/components/ui/field'
import { Note } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { wordsOf } from '@/lib/queries/errors'
import { useAcknowledge, useWithdraw } from '@/lib/queries/needs'
import type { Acknowledgement } from '@/lib/schemas/need'

/** Takes a need on until it is over, or snoozes it, with a note for the others. */
export function AcknowledgeForm({ id }: { id: string }) {
  const [note, setNote] = useState('')
  const [span, setSpan] = useState('over')
  const acknowledge = useAcknowledge()
  const minutes = minutesOf(span, new Date())
  const act = () => acknowledge.mutate({ id, note, ...(minutes === null ? {} : { minutes }) })
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        act()
      }}
    >
      <Field label="Note">
        {(field) => (
          <Input
            id={field}
            value={note}
            maxLength={500}
            placeholder="what you do about it"
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <Field label="Hide it">
        {(field) => (
          <Select id={field} value={span} onChange={(event) => setSpan(event.target.value)}>
            <option value="over">until it is over</option>
            <option value="1h">for 1 h</option>
            <option value="8h">for 8 h</option>
            <option value="tomorrow">until tomorrow</option>
          </Select>
        )}
      </Field>
      <Button type="submit" look="primary" busy={acknowledge.isPending}>
        {minutes === null ? 'Acknowledge' : 'Snooze'}
      </Button>
      {acknowledge.isError ? <Note tone="crit">{wordsOf(acknowledge.error)}</Note> : null}
    </form>
  )
}

/** Who took it on, until when, with what note. */
export function Acknowledged({ id, by }: { id: string; by: Acknowledgement }) {
  const withdraw = useWithdraw()
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 pb-2.5 pl-9 text-[12px] text-ink-3">
      <span>
        {by.until ? 'Snoozed' : 'Acknowledged'} by {visibleText(by.by)} <Time at={by.at} style="age" />
        {by.until ? (
          <>
            , until <Time at={by.until} style="clock" />
          </>
        ) : null}
        {by.note ? `: ${visibleText(by.note)}` : ''}
      </span>
      <button
        type="button"
        className="font-[550] text-ink underline underline-offset-3"
        onClick={() => withdraw.mutate(id)}
      >
        Show it again
      </button>
      {withdraw.isError ? <span role="alert">{wordsOf(withdraw.error)}</span> : null}
    </div>
  )
}

/** Tomorrow begins at 8 in the morning, where the reader is. Null: until it is over. */
function minutesOf(span: string, now: Date): number | null {
  if (span === '1h') return 60
  if (span === '8h') return 480
  if (span !== 'tomorrow') return null
  const next = new Date(now)
  next.setDate(next.getDate() + 1)
  next.setHours(8, 0, 0, 0)
  return Math.max(1, Math.round((next.getTime() - now.getTime()) / 60_000))
}
