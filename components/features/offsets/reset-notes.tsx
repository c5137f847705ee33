'use client'

import { Button } from '@/components/ui/button'
import { Note } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { useNow } from '@/components/ui/use-now'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { formatDuration } from '@/lib/format/time'
import { wordsOf } from '@/lib/queries/errors'
import { useCancelReset, useOffsetResets } from '@/lib/queries/group-acts'
import type { OffsetReset } from '@/lib/schemas/offset'
import { endWords } from './words.ts'

/** For so long the page says what became of a reset. */
const toldMs = 15 * 60_000

/** A reset that waits, with its time and a way back; and what became of the last one. */
export function ResetNotes({ broker, group, onPlan }: { broker: string; group: string; onPlan: () => void }) {
  const { data } = useOffsetResets(broker, group)
  const now = useNow()
  const [newest] = data?.items ?? []
  if (!newest) return null
  if (newest.state === 'armed') return <Armed reset={newest} now={now} />
  if (newest.finishedAt === null || now - Date.parse(newest.finishedAt) > toldMs) return null
  const isDone = newest.state === 'applied' || newest.state === 'cancelled'
  return (
    <Note tone={isDone ? 'plain' : 'warn'}>
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="min-w-0">
          <span className="font-[600]">{endWords(newest)}</span> <Time at={newest.finishedAt} style="age" />,
          by {visibleText(newest.createdBy)}. {visibleText(newest.detail)}.
        </span>
        {isDone ? null : <Button onClick={onPlan}>Plan again</Button>}
      </span>
    </Note>
  )
}

function Armed({ reset, now }: { reset: OffsetReset; now: number }) {
  const cancel = useCancelReset()
  const leftMs = reset.expiresAt === null ? null : Math.max(0, Date.parse(reset.expiresAt) - now)
  return (
    <Note tone="warn">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="min-w-0">
          <span className="font-[600]">A reset of {countOf(reset.rows.length, 'offset')} is armed</span> by{' '}
          {visibleText(reset.createdBy)}
          {leftMs === null ? '' : `, for ${formatDuration(leftMs)} more`}. {visibleText(reset.detail)}.
        </span>
        <Button busy={cancel.isPending} onClick={() => cancel.mutate(reset)}>
          Cancel the reset
        </Button>
      </span>
      {cancel.isError ? <p>{wordsOf(cancel.error)}</p> : null}
    </Note>
  )
}
