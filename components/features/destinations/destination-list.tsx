'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { DataTable, type Sort } from '@/components/ui/data-table'
import { ListFoot } from '@/components/ui/list-foot'
import { useUrlState } from '@/components/ui/use-url-state'
import { asWord } from '@/lib/domain/filter'
import { destinationChips, destinationTable } from '@/lib/domain/filter/tables/destinations'
import { destinationPath } from '@/lib/format/paths'
import type { Broker } from '@/lib/schemas/broker'
import type { Destination } from '@/lib/schemas/destination'
import { FilterBar, NoRows, useFilter } from '../filter/index.ts'
import { destinationColumns } from './destination-columns.tsx'
import { useDestinationRows } from './use-destination-rows.ts'

/** Every destination of a broker: filtered as you type, drawn only where in sight. */
export function DestinationList({ broker }: { broker: Broker }) {
  const router = useRouter()
  const { get, set } = useUrlState()
  const knowsTopology = broker.abilities.deadLetters?.level === 'full'
  const table = useMemo(() => destinationTable(knowsTopology), [knowsTopology])
  const filter = useFilter(table, { old: oldAddress })
  const [id, order] = [get('sort') ?? 'depth', get('order') === 'asc' ? 'asc' : 'desc'] as const
  const sort: Sort = useMemo(() => ({ id, order }), [id, order])
  const list = useDestinationRows(broker.id, filter, table, sort)
  const columns = useMemo(
    () => destinationColumns({ id: broker.id, abilities: broker.abilities }),
    [broker.id, broker.abilities],
  )
  const onOpen = useCallback(
    (row: Destination) => router.push(destinationPath(broker.id, row.id) as Route),
    [router, broker.id],
  )
  const { find } = list
  const live = useMemo(
    () => ({ view: `${filter.applied}\n${id} ${order}`, find }),
    [filter.applied, id, order, find],
  )
  return (
    <>
      <FilterBar
        label="Filter destinations"
        table={table}
        filter={filter}
        rows={list.known}
        matching={list.matching}
        chips={destinationChips}
        counts={list.counts}
        offered={list.offered}
      >
        <ColumnsMenu table={columnsName} columns={columns} />
      </FilterBar>
      {list.isPending || list.error || list.rows.length === 0 ? (
        <Card className="flex-1">
          <NoRows
            list={list}
            filter={filter}
            loading="Loading destinations"
            failed={`Listing the destinations of ${broker.label} failed`}
            one="destination"
            none={{
              title: 'Nothing here yet',
              words: 'This broker has no destinations these credentials may see.',
            }}
          />
        </Card>
      ) : (
        <DataTable
          label={`Destinations of ${broker.label}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          layout={columnsName}
          columns={columns}
          rows={list.rows}
          keyOf={keyOf}
          live={live}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={onOpen}
          onEnd={list.onEnd}
          total={list.matching ?? undefined}
        />
      )}
      <ListFoot
        matching={list.matching}
        total={list.total}
        filtered={filter.applied !== ''}
        loading={list.isLoading}
        problems={list.problems}
      />
    </>
  )
}

const columnsName = 'destinations'
const keyOf = (row: Destination) => row.id

/** `?q=` was a part of the name, `?show=` a type or "dead". */
function oldAddress(get: (name: string) => string | null): string | null {
  const [q, show] = [get('q'), get('show')]
  if (!q && !show) return null
  const chip = show === 'dead' ? 'dlq:yes' : destinationChips.find((one) => one.id === show)?.clause
  return [...(chip ? [chip] : []), ...(q ? [asWord(q)] : [])].join(' ')
}
