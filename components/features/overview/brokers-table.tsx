'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { ConnectLink, EnvTag, levelOf, productOf, stateWord } from '@/components/features/brokers'
import { totalOf } from '@/components/features/dead-letters'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { formatCompact } from '@/lib/format/number'
import { brokerPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import type { Broker } from '@/lib/schemas/broker'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'

export function BrokersTable({
  brokers,
  deadLetters,
}: {
  brokers: readonly Broker[]
  /** Undefined while they are being read, null when they could not be. */
  deadLetters: readonly DeadLetterQueue[] | undefined | null
}) {
  const router = useRouter()
  const hasLag = brokers.some((broker) => broker.readings.lag)
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
      width: '150px',
      narrow: 'hidden',
      cell: (broker) => (
        <span className="text-ink-3">{broker.state === 'found' ? '' : productOf(broker)}</span>
      ),
    },
    number('in', 'In /s', (broker) => broker.readings.inRate),
    number('out', 'Out /s', (broker) => broker.readings.outRate),
    number('depth', 'Backlog', (broker) => broker.readings.depth ?? broker.readings.messages),
    number('lag', 'Lag', (broker) => broker.readings.lag),
    {
      id: 'dead',
      header: 'Dead letters',
      align: 'right',
      width: '120px',
      narrowLabel: 'dead',
      cell: (broker) => <DeadCell broker={broker} deadLetters={deadLetters} />,
    },
    {
      id: 'age',
      header: 'Age',
      align: 'right',
      width: '130px',
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

function number(
  id: string,
  header: string,
  read: (broker: Broker) => Broker['readings'][string] | undefined,
) {
  return {
    id,
    header,
    align: 'right',
    width: '96px',
    narrow: id === 'lag' ? 'hidden' : 'meta',
    narrowLabel: header.toLowerCase().replace(' /s', '/s'),
    cell: (broker) => (broker.state === 'found' ? null : <MeasureText measure={measure(read(broker))} />),
  } satisfies Column<Broker>
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
