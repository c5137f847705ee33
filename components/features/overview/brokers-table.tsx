'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { ConnectLink, EnvTag, levelOf, productOf, stateWord } from '@/components/features/brokers'
import { totalOf } from '@/components/features/dead-letters'
import { keptInMemory, SeriesLine } from '@/components/features/series'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { formatCompact } from '@/lib/format/number'
import { brokerPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { useRecentSums } from '@/lib/queries/recent'
import type { Broker } from '@/lib/schemas/broker'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
import type { Reading } from '@/lib/schemas/reading'

export function BrokersTable({
  brokers,
  deadLetters,
}: {
  brokers: readonly Broker[]
  /** Undefined while they are being read, null when they could not be. */
  deadLetters: readonly DeadLetterQueue[] | undefined | null
}) {
  const router = useRouter()
  const hasLag = brokers.some((broker) => broker.readings.worstLag)
  const columns = useMemo(
    () => columnsFor(deadLetters).filter((column) => column.id !== 'lag' || hasLag),
    [deadLetters, hasLag],
  )
  return (
    <DataTable
      label="Brokers"
      virtual={false}
      columns={columns}
      rows={brokers}
      keyOf={(broker) => broker.id}
      onOpen={(broker) => {
        if (broker.state !== 'found') router.push(brokerPath(broker.id) as Route)
      }}
    />
  )
}

function columnsFor(deadLetters: readonly DeadLetterQueue[] | undefined | null): Column<Broker>[] {
  return [
    {
      id: 'name',
      header: 'Broker',
      narrow: 'title',
      cell: (broker) => (
        <span className="flex min-w-0 items-center gap-2">
          <StateMark level={levelOf(broker)} label={stateWord(broker)} />
          {broker.state === 'found' ? (
            <span className="truncate text-ink-2">
              {productOf(broker)} found on {broker.address}, not connected
            </span>
          ) : (
            <>
              <AppLink href={brokerPath(broker.id)} className="min-w-0 font-[620]">
                <Name name={broker.label} />
              </AppLink>
              <EnvTag environment={broker.environment} />
              {broker.mode === 'read-only' ? (
                <span className="text-ink-3 max-md:hidden">read-only</span>
              ) : null}
            </>
          )}
        </span>
      ),
    },
    {
      id: 'version',
      header: 'Version',
      width: '140px',
      narrow: 'hidden',
      cell: (broker) => (
        <span className="text-ink-3">{broker.state === 'found' ? '' : productOf(broker)}</span>
      ),
    },
    number('in', 'In /s', (broker) => broker.readings.inRate),
    sums('inRate', 's1'),
    number('out', 'Out /s', (broker) => broker.readings.outRate),
    sums('outRate', 's2'),
    number('depth', 'Backlog', (broker) => broker.readings.depth ?? broker.readings.messages),
    number('lag', 'Worst lag', (broker) => broker.readings.worstLag ?? noGroup),
    {
      id: 'dead',
      header: 'Dead letters',
      align: 'right',
      width: '106px',
      narrowLabel: 'dead',
      cell: (broker) => <DeadCell broker={broker} deadLetters={deadLetters} />,
    },
    {
      id: 'age',
      header: 'Age',
      align: 'right',
      width: '104px',
      narrow: 'aside',
      cell: (broker) =>
        broker.state === 'found' ? (
          <ConnectLink broker={broker} />
        ) : (
          <span className="text-ink-3">
            {broker.sampledAt ? <Time at={broker.sampledAt} style="age" /> : 'no data'}
          </span>
        ),
    },
  ]
}

const noGroup: Reading = { state: 'unsupported', reason: 'No consumer group was seen' }

function number(
  id: string,
  header: string,
  read: (broker: Broker) => Broker['readings'][string] | undefined,
) {
  return {
    id,
    header,
    align: 'right',
    width: id === 'in' || id === 'out' ? '76px' : '92px',
    narrow: id === 'lag' ? 'hidden' : 'meta',
    narrowLabel: header.toLowerCase().replace(' /s', '/s'),
    cell: (broker) => (broker.state === 'found' ? null : <MeasureText measure={measure(read(broker))} />),
  } satisfies Column<Broker>
}

function sums(metric: 'inRate' | 'outRate', tone: 's1' | 's2') {
  return {
    id: `${metric} recent`,
    header: (
      <span title={keptInMemory}>
        Last 15 min<span className="sr-only">{metric === 'inRate' ? ', in' : ', out'}</span>
      </span>
    ),
    width: '120px',
    narrow: 'hidden',
    cell: (broker) =>
      broker.state === 'found' ? null : <SumLine broker={broker.id} metric={metric} tone={tone} />,
  } satisfies Column<Broker>
}

function SumLine({
  broker,
  metric,
  tone,
}: {
  broker: string
  metric: 'inRate' | 'outRate'
  tone: 's1' | 's2'
}) {
  const { data, isPending } = useRecentSums(broker, true)
  return (
    <SeriesLine series={data && (data[metric] ?? null)} isPending={isPending} metric={metric} tone={tone} />
  )
}

function DeadCell({
  broker,
  deadLetters,
}: {
  broker: Broker
  deadLetters: readonly DeadLetterQueue[] | undefined | null
}) {
  if (broker.state === 'found') return null
  if (deadLetters === null) return <span className="text-ink-3">unknown</span>
  if (!deadLetters) return <span className="text-ink-3">…</span>
  const total = totalOf(deadLetters, broker.id)
  // A broker that was never read has queues nobody knows of.
  if (broker.sampledAt === null && total.count === 0)
    return (
      <span className="text-ink-3" title={broker.reason}>
        unknown
      </span>
    )
  if (total.unread > 0 && total.count === 0)
    return (
      <span className="text-ink-3" title={`${total.unread} dead-letter queues could not be read`}>
        unknown
      </span>
    )
  return (
    <span className={total.count > 0 ? 'font-[620] text-crit-ink' : 'text-ink-3'}>
      {formatCompact(total.count)}
      {total.unread > 0 ? '+' : ''}
    </span>
  )
}
