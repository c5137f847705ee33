'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { DataTable } from '@/components/ui/data-table'
import { ListFoot } from '@/components/ui/list-foot'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { useUrlState } from '@/components/ui/use-url-state'
import { asValue, asWord, type Chip } from '@/lib/domain/filter'
import { type DeadLetterFacts, deadLetterTable, waitingChip } from '@/lib/domain/filter/tables/dead-letters'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { sortValue } from '@/lib/format/reading'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
import { FilterBar, type LineFilter, useFilter, useFiltered } from '../filter/index.ts'
import { deadLetterColumns } from './columns.tsx'
import { totalOf } from './totals.ts'

const sorters: Record<string, (a: DeadLetterQueue, b: DeadLetterQueue) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  broker: (a, b) => a.brokerLabel.localeCompare(b.brokerLabel) || a.name.localeCompare(b.name),
  open: (a, b) => {
    const [left, right] = [sortValue(a.counts.open), sortValue(b.counts.open)]
    return left === right ? a.name.localeCompare(b.name) : left - right
  },
}

/** Every dead-letter queue of every broker, how we know, and where its messages came from. */
export function DeadLettersPage() {
  const router = useRouter()
  const list = useDeadLetters()
  const { get, set } = useUrlState()
  const filter = useFilter(deadLetterTable, { initial: waitingChip.clause, old: oldAddress })
  const sort = { id: get('sort') ?? 'open', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const all = list.data?.items ?? nothing
  const chips = useMemo(() => chipsOf(all), [all])
  const { rows: matching, counts } = useFiltered(all, filter, deadLetterTable, chips)
  const rows = useMemo(() => {
    const sorted = matching.toSorted(sorters[sort.id] ?? sorters.open)
    return sort.order === 'desc' ? sorted.reverse() : sorted
  }, [matching, sort.id, sort.order])
  const live = useMemo(
    () => ({
      view: `${filter.applied}\n${sort.id} ${sort.order}`,
      find: (key: string) => all.find((row) => keyOf(row) === key),
    }),
    [filter.applied, sort.id, sort.order, all],
  )
  const total = list.data ? totalOf(all) : null
  const waiting = all.filter((row) => sortValue(row.counts.open) !== 0).length
  return (
    <Page crumbs={[{ label: 'Dead letters' }]} fill>
      <div>
        <h1 className={titleClass}>
          {total === null
            ? 'Dead letters'
            : total.count === 0 && total.unread === 0
              ? 'No dead letters'
              : `${total.unread > 0 ? 'At least ' : ''}${countOf(total.count, 'dead letter')}`}
        </h1>
        <p className="text-ink-3">
          {list.data
            ? `in ${countOf(waiting, 'queue')} of ${formatCount(all.length)} known${total && total.unread > 0 ? `; ${countOf(total.unread, 'queue')} could not be read` : ''}`
            : 'Looking at every broker'}
        </p>
      </div>
      <FilterBar
        label="Filter dead-letter queues"
        placeholder="Filter by name or origin"
        table={deadLetterTable}
        filter={filter}
        rows={all}
        matching={list.data ? rows.length : null}
        chips={chips}
        counts={list.data ? counts : undefined}
      >
        <ColumnsMenu table="dead-letters" columns={deadLetterColumns} />
      </FilterBar>
      {rows.length > 0 ? (
        <DataTable
          label="Dead-letter queues"
          className="max-md:h-[66dvh] max-md:flex-none"
          layout="dead-letters"
          columns={deadLetterColumns}
          rows={rows}
          keyOf={keyOf}
          live={live}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={(row) => router.push(destinationPath(row.broker, row.id) as Route)}
        />
      ) : (
        <Card className="flex-1">
          {list.isPending ? <LoadingRows label="Loading dead letters" /> : null}
          {list.isError ? (
            <Failed
              what="Looking for dead letters failed"
              words={wordsOf(list.error)}
              forbidden={isForbidden(list.error)}
              onRetry={() => list.refetch()}
            />
          ) : null}
          {list.isSuccess ? <NoQueues known={all.length} waiting={waiting} filter={filter} /> : null}
        </Card>
      )}
      <ListFoot
        matching={list.data ? rows.length : null}
        total={list.data ? all.length : null}
        filtered={filter.applied !== ''}
        part="part"
        problems={list.data?.problems ?? []}
      />
    </Page>
  )
}

function NoQueues({
  known,
  waiting,
  filter,
}: {
  known: number
  waiting: number
  filter: LineFilter<DeadLetterFacts>
}) {
  if (known === 0)
    return (
      <Empty title="No dead-letter queues known">
        No destination is a dead-letter queue by topology, headers or name.
      </Empty>
    )
  const isCalm = waiting === 0 && filter.applied === waitingChip.clause
  return (
    <Empty title={isCalm ? 'No dead letters wait anywhere' : 'Nothing matches'}>
      <p>{countOf(known, 'dead-letter queue')} checked.</p>
      <button type="button" className="underline underline-offset-3" onClick={() => filter.setText('')}>
        Show every queue
      </button>
    </Empty>
  )
}

const nothing: readonly DeadLetterQueue[] = []
const keyOf = (row: DeadLetterQueue) => `${row.broker} ${row.id}`

/** With messages, and each broker where there are several. */
function chipsOf(rows: readonly DeadLetterQueue[]): readonly Chip[] {
  const brokers = [...new Map(rows.map((row) => [row.broker, row.brokerLabel]))]
  if (brokers.length < 2) return [waitingChip]
  return [
    waitingChip,
    ...brokers.map(([id, label]) => ({
      id: `broker ${id}`,
      label: visibleText(label),
      clause: `broker=${asValue(id)}`,
    })),
  ]
}

/** `?q=` was a part of the name, `?show=all` took the empty ones in, `?broker=` was one broker. */
function oldAddress(get: (name: string) => string | null): string | null {
  const [q, show, broker] = [get('q'), get('show'), get('broker')]
  if (!q && !show && !broker) return null
  return [
    ...(show === 'all' ? [] : [waitingChip.clause]),
    ...(broker ? [`broker=${asValue(broker)}`] : []),
    ...(q ? [asWord(q)] : []),
  ].join(' ')
}
