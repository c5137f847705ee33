'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Choices, FilterInput } from '@/components/ui/field'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { useUrlState } from '@/components/ui/use-url-state'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { sortValue } from '@/lib/format/reading'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
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
  const q = get('q') ?? ''
  const show = get('show') ?? 'waiting'
  const broker = get('broker') ?? 'all'
  const sort = { id: get('sort') ?? 'open', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const all = list.data?.items
  const waiting = useMemo(() => (all ?? []).filter((row) => sortValue(row.counts.open) !== 0), [all])
  const rows = useMemo(() => {
    const needle = q.toLowerCase()
    const matching = (show === 'all' ? (all ?? []) : waiting).filter(
      (row) =>
        (broker === 'all' || row.broker === broker) &&
        (row.name.toLowerCase().includes(needle) ||
          row.deadLetter.origins.some((origin) => origin.name.toLowerCase().includes(needle))),
    )
    const sorted = [...matching].sort(sorters[sort.id] ?? sorters.open)
    return sort.order === 'desc' ? sorted.reverse() : sorted
  }, [all, waiting, q, show, broker, sort.id, sort.order])
  const brokers = [...new Map((all ?? []).map((row) => [row.broker, row.brokerLabel])).entries()]
  const total = all ? totalOf(all) : null
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
          {all
            ? `in ${countOf(waiting.length, 'queue')} of ${formatCount(all.length)} known${total && total.unread > 0 ? `; ${countOf(total.unread, 'queue')} could not be read` : ''}`
            : 'Looking at every broker'}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <FilterInput
          label="Filter by name or origin"
          placeholder="Filter by name or origin"
          className="w-[330px] max-md:w-full"
          value={q}
          onChange={(event) => set({ q: event.target.value })}
        />
        <Choices
          label="Which queues"
          value={show}
          onChange={(id) => set({ show: id === 'waiting' ? null : id })}
          options={[
            { id: 'waiting', label: `With messages ${all ? formatCount(waiting.length) : ''}` },
            { id: 'all', label: `All ${all ? formatCount(all.length) : ''}` },
          ]}
        />
        {brokers.length > 1 ? (
          <Choices
            label="Broker"
            value={broker}
            onChange={(id) => set({ broker: id === 'all' ? null : id })}
            options={[
              { id: 'all', label: 'Every broker' },
              ...brokers.map(([id, label]) => ({ id, label: visibleText(label) })),
            ]}
          />
        ) : null}
      </div>
      {(list.data?.problems ?? []).slice(0, 4).map((problem) => (
        <Note key={`${problem.scope} ${problem.code} ${problem.message}`} tone="warn">
          {visibleText(problem.scope)}: {visibleText(problem.message)}
        </Note>
      ))}
      {rows.length > 0 ? (
        <DataTable
          label="Dead-letter queues"
          className="max-md:h-[66dvh] max-md:flex-none"
          columns={deadLetterColumns}
          rows={rows}
          keyOf={(row) => `${row.broker} ${row.id}`}
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
          {list.isSuccess ? (
            <Empty title={q || broker !== 'all' ? 'Nothing matches' : 'No dead letters wait anywhere'}>
              {all?.length
                ? `${countOf(all.length, 'dead-letter queue')} checked.`
                : 'No destination is a dead-letter queue by topology, headers or name.'}
            </Empty>
          ) : null}
        </Card>
      )}
    </Page>
  )
}
