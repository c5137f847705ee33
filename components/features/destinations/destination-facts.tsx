import { DerivedFacts } from '@/components/features/charts'
import { keptInMemory, RecentLine } from '@/components/features/series'
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
const derived = ['netRate', 'timeToDrain', 'processingTime', 'errorRate']
const tones = { depth: 's1', inRate: 's1', outRate: 's2' } as const
const always = new Set(['depth', 'inRate', 'outRate', 'consumers'])

/** Six facts at the head of the page: what the broker reports, and the four that matter even when it does not. */
export function DestinationFacts({ broker, row }: { broker: string; row: DestinationDetail }) {
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
            <span className="flex items-center gap-2.5">
              <MeasureText
                measure={measure(row.readings[name], name === 'bytes' ? 'compact' : 'full')}
                suffix={suffix}
              />
              {isDrawn(row, name) ? (
                <span className="font-[450] text-[12px] leading-4 max-md:hidden" title={keptInMemory}>
                  <RecentLine
                    broker={broker}
                    of="destinations"
                    metric={name}
                    id={row.id}
                    tone={tones[name]}
                  />
                </span>
              ) : null}
            </span>
          </Fact>
        ))}
      <DerivedFacts readings={row.readings} names={derived} />
    </Facts>
  )
}

/** What is kept of the last 15 minutes, where the broker tells it at all. */
function isDrawn(row: DestinationDetail, name: string): name is keyof typeof tones {
  const reading = row.readings[name]
  return name in tones && reading !== undefined && reading.state !== 'unsupported'
}
