'use client'

import { Eye } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { formatCount } from '@/lib/format/number'
import { measureFirst } from '@/lib/format/reading'
import type { Effect } from '@/lib/schemas/ability'
import type { Destination } from '@/lib/schemas/destination'
import { lookSize } from './view.ts'

/** What a look will do to the broker, said before the click. Nothing has been read when this is shown. */
export function CostCard({
  row,
  busy,
  onPeek,
}: {
  row: Pick<Destination, 'abilities' | 'readings'>
  busy: boolean
  onPeek: () => void
}) {
  const effects = row.abilities.browse?.effects ?? []
  const depth = measureFirst([row.readings.ready, row.readings.depth], 'full')
  return (
    <Card className="flex flex-col items-start gap-3 p-5">
      <h2 className="text-[15px] font-[640]">Looking here is not free</h2>
      <div className="max-w-[72ch] text-ink-2">
        {effects.length === 0 ? (
          <p>This broker does not declare what a look does. It may count as a delivery.</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {effects.map((effect) => (
              <li key={effect.code}>{sentence(effect)}</li>
            ))}
          </ul>
        )}
        <p className="mt-2 text-ink-3">
          Nothing has been read yet.{' '}
          {depth.value === null
            ? `How many wait is unknown: ${depth.title}.`
            : `${formatCount(depth.value)} wait here.`}{' '}
          Messages stay where they are, in order, unless it says otherwise above.
        </p>
      </div>
      <Button look="primary" busy={busy} onClick={onPeek}>
        <Eye className="size-3.5" aria-hidden />
        {busy ? 'Peeking' : `Peek ${lookSize}`}
      </Button>
    </Card>
  )
}

const leads: Record<Effect['code'], string> = {
  none: 'No effect',
  'sets-redelivered': 'Sets the redelivered flag',
  'counts-delivery': 'Counts as a delivery',
  hides: 'Hides the messages for a while',
  'moves-to-tail': 'Moves messages to the tail',
  'may-expire': 'May let messages expire',
}

/** "Sets the redelivered flag: …": the code's words, then the driver's. */
export function sentence(effect: Effect): string {
  return `${leads[effect.code]}${effect.detail ? `: ${effect.detail.replace(/\.$/, '')}` : ''}.`
}
