import { EnvTag } from '@/components/features/brokers'
import { RecentHead, RecentLine } from '@/components/features/series'
import { CopyName } from '@/components/ui/copy-name'
import type { Column } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { StateMark } from '@/components/ui/state-mark'
import { visibleText } from '@/lib/format/name'
import { destinationPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
import type { Evidence } from '@/lib/schemas/destination'

const rules: Record<Evidence['rule'], string> = {
  topology: 'topology',
  configured: 'configured',
  headers: 'headers',
  name: 'its name',
  usage: 'usage',
}

export const deadLetterColumns: Column<DeadLetterQueue>[] = [
  {
    id: 'name',
    header: 'Queue',
    sort: 'name',
    narrow: 'title',
    cell: (row) => {
      const open = measure(row.counts.open)
      return (
        <span className="flex min-w-0 items-center gap-2.5">
          <StateMark
            level={open.value === null ? 'unknown' : open.value > 0 ? 'crit' : 'ok'}
            label={open.value === null ? 'unknown' : open.value > 0 ? 'messages wait' : 'empty'}
          />
          <AppLink href={destinationPath(row.broker, row.id)} className="flex min-w-0 font-[560]">
            <Name name={row.name} namespace={row.namespace} />
          </AppLink>
          <CopyName name={row.name} />
        </span>
      )
    },
  },
  {
    id: 'broker',
    header: 'Broker',
    sort: 'broker',
    width: '170px',
    narrowLabel: 'on',
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate text-ink-2">{visibleText(row.brokerLabel)}</span>
        <EnvTag environment={row.environment} />
      </span>
    ),
  },
  {
    id: 'origin',
    header: 'Came from',
    width: '180px',
    narrowLabel: 'from',
    cell: (row) => {
      const origins = row.deadLetter.origins
      if (origins.length === 0) return <span className="text-ink-3">each message says</span>
      return (
        <span className="flex min-w-0 gap-1.5">
          {origins.slice(0, 2).map((origin) => (
            <span
              key={`${origin.namespace ?? ''} ${origin.name}`}
              title={visibleText(origin.via)}
              className="flex min-w-0"
            >
              {origin.id ? (
                <AppLink
                  href={destinationPath(row.broker, origin.id)}
                  className="flex min-w-0 hover:underline"
                >
                  <Name name={origin.name} />
                </AppLink>
              ) : (
                <Name name={origin.name} />
              )}
            </span>
          ))}
          {origins.length > 2 ? (
            <span className="shrink-0 text-ink-3">and {origins.length - 2} more</span>
          ) : null}
        </span>
      )
    },
  },
  {
    id: 'evidence',
    header: 'How we know',
    width: '220px',
    narrow: 'hidden',
    cell: (row) => {
      const [first] = row.deadLetter.evidence
      if (!first) return <span className="text-ink-3">not stated</span>
      const all = row.deadLetter.evidence.map((item) => `${rules[item.rule]}: ${item.detail}`).join('\n')
      return (
        <span title={visibleText(all)}>
          {rules[first.rule]}
          <span className="text-ink-3"> · {visibleText(first.detail)}</span>
        </span>
      )
    },
  },
  {
    id: 'replayed',
    header: 'Replayed',
    align: 'right',
    width: '96px',
    narrow: 'hidden',
    cell: (row) => {
      const replayed = measure(row.counts.replayed)
      return replayed.value === 0 || row.counts.replayed.state === 'unsupported' ? (
        <span className="text-ink-3">—</span>
      ) : (
        <MeasureText measure={replayed} />
      )
    },
  },
  {
    id: 'open',
    header: 'Waiting',
    sort: 'open',
    align: 'right',
    width: '110px',
    narrow: 'aside',
    cell: (row) => {
      const open = measure(row.counts.open)
      return <MeasureText measure={open} tone={(open.value ?? 0) > 0 ? 'crit' : undefined} />
    },
  },
  {
    id: 'recent',
    header: <RecentHead />,
    width: '120px',
    narrow: 'hidden',
    cell: (row) => (
      <RecentLine broker={row.broker} of="destinations" metric="depth" id={row.id} tone="crit" />
    ),
  },
]
