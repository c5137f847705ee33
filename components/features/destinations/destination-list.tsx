'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Choices, FilterInput } from '@/components/ui/field'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { useDebounced } from '@/components/ui/use-debounced'
import { useUrlState } from '@/components/ui/use-url-state'
import { formatCount } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { type DestinationFilter, useDestinations, useTypeCounts } from '@/lib/queries/destinations'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationType } from '@/lib/schemas/destination'
import { destinationColumns } from './destination-columns.tsx'
import { ListFoot } from './list-foot.tsx'
import { pluralType } from './words.ts'

/** Every destination of a broker: filtered as you type, sorted by the server, drawn only where in sight. */
export function DestinationList({ broker }: { broker: Broker }) {
  const router = useRouter()
  const { get, set } = useUrlState()
  const q = get('q') ?? ''
  const show = get('show') ?? 'all'
  const sort = { id: get('sort') ?? 'depth', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const settledQ = useDebounced(q, 120)
  const list = useDestinations(broker.id, {
    q: settledQ || undefined,
    type: show === 'all' || show === 'dead' ? undefined : (show as DestinationType),
    deadLetter: show === 'dead' ? 'true' : undefined,
    sort: sort.id as NonNullable<DestinationFilter['sort']>,
    order: sort.order,
  })
  const pages = list.data?.pages
  const rows = useMemo(() => {
    const needle = q.toLowerCase()
    const all = rowsOf(pages)
    // Until the server's answer for the new filter is here, what is loaded is narrowed at once.
    return needle && q !== settledQ ? all.filter((row) => row.name.toLowerCase().includes(needle)) : all
  }, [pages, q, settledQ])
  const columns = useMemo(() => destinationColumns(broker), [broker])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const total = pages?.[0]?.total
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <FilterInput
          label="Filter destinations by name"
          placeholder="Filter by name"
          className="w-[330px] max-md:w-full"
          value={q}
          onChange={(event) => set({ q: event.target.value })}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <TypeChoices
          broker={broker.id}
          show={show}
          onChange={(id) => set({ show: id === 'all' ? null : id })}
        />
      </div>
      {list.isPending || list.isError || rows.length === 0 ? (
        <Card className="flex-1">
          {list.isPending ? <LoadingRows rows={12} label="Loading destinations" /> : null}
          {list.isError ? (
            <Failed
              what={`Listing the destinations of ${broker.label} failed`}
              words={wordsOf(list.error)}
              forbidden={isForbidden(list.error)}
              onRetry={() => list.refetch()}
            />
          ) : null}
          {list.isSuccess && rows.length === 0 ? (
            <Empty title={q || show !== 'all' ? 'Nothing matches' : 'Nothing here yet'}>
              {q || show !== 'all' ? (
                <button
                  type="button"
                  className="underline underline-offset-3"
                  onClick={() => set({ q: null, show: null })}
                >
                  Show every destination
                </button>
              ) : (
                'This broker has no destinations these credentials may see.'
              )}
            </Empty>
          ) : null}
        </Card>
      ) : (
        <DataTable
          label={`Destinations of ${broker.label}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={(row) => router.push(destinationPath(broker.id, row.id) as Route)}
          onEnd={onEnd}
          total={total}
        />
      )}
      {pages ? (
        <ListFoot
          shown={rows.length}
          total={total}
          filtered={Boolean(q) || show !== 'all'}
          loading={isFetchingNextPage}
          problems={pages.flatMap((page) => page.problems ?? [])}
        />
      ) : null}
    </>
  )
}

function TypeChoices({
  broker,
  show,
  onChange,
}: {
  broker: string
  show: string
  onChange: (id: string) => void
}) {
  const counts = useTypeCounts(broker, true)
  const label = (word: string, count: number | null | undefined) =>
    typeof count === 'number' ? `${word} ${formatCount(count)}` : word
  const types = counts.data?.byType ?? []
  return (
    <Choices
      label="Which destinations"
      value={show}
      onChange={onChange}
      options={[
        { id: 'all', label: label('All', counts.data?.all) },
        ...(types.length > 1
          ? types.map((one) => ({ id: one.type, label: label(pluralType(one.type), one.count) }))
          : []),
        ...(counts.data?.deadLetters
          ? [{ id: 'dead', label: label('Dead letters', counts.data.deadLetters) }]
          : []),
      ]}
    />
  )
}
