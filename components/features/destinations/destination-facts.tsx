import { Fact, Facts } from '@/components/ui/card'
import { MeasureText } from '@/components/ui/measure-text'
import { measure } from '@/lib/format/reading'
import type { DestinationDetail } from '@/lib/schemas/destination'

const labels: readonly [string, string, string?][] = [
  ['depth', 'Depth'],
  ['ready', 'Ready'],
  ['unacked', 'Held by consumers'],
  ['inRate', 'In', '/s'],
  ['outRate', 'Out', '/s'],
  ['consumers', 'Consumers'],
  ['oldestAgeMs', 'Oldest'],
  ['bytes', 'Size'],
  ['groups', 'Groups'],
  ['partitions', 'Partitions'],
  ['pending', 'Pending'],
]
const always = new Set(['depth', 'inRate', 'outRate', 'consumers'])

/** Six facts at the head of the page: what the broker reports, and the four that matter even when it does not. */
export function DestinationFacts({ row }: { row: DestinationDetail }) {
  const reported = labels.filter(([name]) => {
    const reading = row.readings[name]
    return always.has(name) || (reading !== undefined && reading.state !== 'unsupported')
  })
  const shown = [
    ...reported.filter(([name]) => always.has(name)),
    ...reported.filter(([name]) => !always.has(name)).slice(0, 2),
  ]
  return (
    <Facts>
      {labels
        .filter((label) => shown.includes(label))
        .map(([name, label, suffix]) => (
          <Fact key={name} label={label}>
            <MeasureText
              measure={measure(row.readings[name], name === 'bytes' ? 'compact' : 'full')}
              suffix={suffix}
            />
          </Fact>
        ))}
    </Facts>
  )
}
