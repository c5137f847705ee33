import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { visibleText } from '@/lib/format/name'
import { destinationPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import type { Connection } from '@/lib/schemas/connection'

type Consumer = Connection['consumers'][number]

/** What a connection reads from, and what it holds of each. */
export function ConsumerRows({ broker, consumers }: { broker: string; consumers: readonly Consumer[] }) {
  if (consumers.length === 0)
    return <p className="text-ink-3">It takes messages from nowhere; it may publish.</p>
  return (
    <ul className="flex flex-col gap-2.5">
      {consumers.map((one) => (
        <li key={`${one.tag}\n${one.destination.name}\n${one.group ?? ''}`} className="flex flex-col gap-0.5">
          <span className="flex min-w-0 items-center gap-2">
            <span className="flex min-w-0 flex-1 font-[560]">
              <Where broker={broker} consumer={one} />
            </span>
            <span className="shrink-0 tabular-nums">
              <span className="text-ink-3">holds </span>
              <MeasureText measure={measure(one.unacked)} />
            </span>
          </span>
          <span className="flex min-w-0 flex-wrap gap-x-3 text-[12px] text-ink-3">
            <span className="min-w-0 truncate font-mono" title={visibleText(one.tag)}>
              {visibleText(one.tag)}
            </span>
            {one.group ? <span>group {visibleText(one.group)}</span> : null}
            {one.prefetch === undefined ? null : (
              <span>{one.prefetch === null ? 'no prefetch limit' : `prefetch ${one.prefetch}`}</span>
            )}
            {one.oldestUnacked && one.oldestUnacked.state !== 'unsupported' ? (
              <span>
                oldest <MeasureText measure={measure(one.oldestUnacked)} />
              </span>
            ) : null}
            {one.idle ? (
              <span>
                idle <MeasureText measure={measure(one.idle)} />
              </span>
            ) : null}
            {one.isActive === false ? <span className="text-warn-ink">not active</span> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Where({ broker, consumer: { destination } }: { broker: string; consumer: Consumer }) {
  const name = <Name name={destination.name} namespace={destination.namespace} />
  return destination.id ? (
    <AppLink
      href={destinationPath(broker, destination.id)}
      className="flex min-w-0 underline underline-offset-3"
    >
      {name}
    </AppLink>
  ) : (
    name
  )
}
