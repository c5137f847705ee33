'use client'

import { Button } from '@/components/ui/button'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { wordsOf } from '@/lib/queries/errors'
import { useCountLag } from '@/lib/queries/group-acts'
import type { LagRow } from '@/lib/schemas/group'

/** Counts on demand what the broker does not know, or only estimates. */
export function CountButton({ broker, group, row }: { broker: string; group: string; row: LagRow }) {
  const { mutate, data, error, isPending } = useCountLag(broker, group)
  if (data)
    return (
      <span role="status" className="tabular-nums">
        {data.isWhole ? 'counted ' : 'more than '}
        <span className="font-[560]">{formatCount(data.count)}</span>
      </span>
    )
  return (
    <Button
      look="ghost"
      className="h-6! px-2! text-[12px]!"
      busy={isPending}
      title={error ? visibleText(wordsOf(error)) : 'Counts the entries, up to 100 000'}
      onClick={() => mutate({ destination: row.destination, partition: row.partition })}
    >
      {error ? 'Not counted, again' : 'Count exactly'}
    </Button>
  )
}
