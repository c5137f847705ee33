import { CircleCheck } from 'lucide-react'
import { AppLink } from '@/components/ui/link'
import { visibleText } from '@/lib/format/name'
import { destinationPath } from '@/lib/format/paths'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { PublishResult } from '@/lib/schemas/message'

/** What the broker confirmed, in its words, and where to look for the message. */
export function Landed({
  broker,
  row,
  result,
}: {
  broker: Broker
  row: DestinationDetail
  result: PublishResult
}) {
  const canLook = row.abilities.browse !== undefined && row.abilities.browse.level !== 'none'
  return (
    <div role="status" className="flex flex-col gap-2 rounded-card border bg-surface p-4">
      <p className="flex items-center gap-2 font-[620]">
        <CircleCheck className="size-4 text-ok" aria-hidden />
        Confirmed by the broker
      </p>
      <p className="break-words">{visibleText(result.detail)}</p>
      {result.position ? (
        <p className="text-ink-3">
          Position <span className="font-mono text-[12px] text-ink">{visibleText(result.position)}</span>
        </p>
      ) : null}
      {canLook ? (
        <AppLink
          href={destinationPath(
            broker.id,
            row.id,
            row.type !== 'queue' && result.position ? { from: result.position } : undefined,
          )}
          className="underline underline-offset-3"
        >
          {row.type !== 'queue' && result.position ? 'Look at it there' : 'Go to the messages'}
        </AppLink>
      ) : null}
    </div>
  )
}
