import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { destinationPath } from '@/lib/format/paths'
import type { Destination } from '@/lib/schemas/destination'

/** Where this destination's rejects go, as far as the broker's topology tells. */
export function RejectsCell({
  broker,
  row,
  knowsTopology,
}: {
  broker: string
  row: Destination
  knowsTopology: boolean
}) {
  const target = row.deadLetter.target
  if (target)
    return target.id ? (
      <AppLink
        href={destinationPath(broker, target.id)}
        title={target.via}
        className="flex min-w-0 hover:underline"
      >
        <Name name={target.name} />
      </AppLink>
    ) : (
      <span title={target.via} className="flex min-w-0">
        <Name name={target.name} />
      </span>
    )
  if (row.type !== 'queue' || row.deadLetter.isDeadLetter) return <span className="text-ink-3">—</span>
  if (!knowsTopology)
    return (
      <span className="text-ink-3" title="This broker does not tell where rejects go">
        unknown
      </span>
    )
  return (
    <span
      className="text-warn-ink"
      title="No dead-letter target by argument or policy: what is rejected here is dropped"
    >
      nowhere
    </span>
  )
}
