'use client'

import { useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { DataTable } from '@/components/ui/data-table'
import { ListFoot } from '@/components/ui/list-foot'
import { Note } from '@/components/ui/notice'
import { useUrlState } from '@/components/ui/use-url-state'
import { connectionChips, connectionTable } from '@/lib/domain/filter/tables/connections'
import { formatCount } from '@/lib/format/number'
import { useConnections } from '@/lib/queries/connections'
import { rowsOf } from '@/lib/queries/page'
import type { Broker } from '@/lib/schemas/broker'
import type { Connection } from '@/lib/schemas/connection'
import { FilterBar, NoRows, useFilter, useFiltered, useRestOfList } from '../filter/index.ts'
import { connectionColumns, connectionSorters } from './connection-columns.tsx'

/** Who is connected to a broker, what it reads, and what it holds; what holds most stands first. */
export function ConnectionList({ broker }: { broker: Broker }) {
  const list = useConnections(broker.id, undefined)
  const { get, set } = useUrlState()
  const filter = useFilter(connectionTable)
  const sort = { id: get('sort') ?? 'unacked', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  const { isShort } = useRestOfList(list, all.length, true)
  const { rows: matching, counts } = useFiltered(all, filter, connectionTable, connectionChips)
  const rows = useMemo(() => sortConnections(matching, sort.id, sort.order), [matching, sort.id, sort.order])
  const live = useMemo(
    () => ({
      view: `${filter.applied}\n${sort.id} ${sort.order}`,
      find: (id: string) => all.find((one) => one.id === id),
    }),
    [filter.applied, sort.id, sort.order, all],
  )
  const ability = broker.abilities.connections
  const isComplete = list.isSuccess && !list.hasNextPage
  return (
    <>
      <FilterBar
        label="Filter connections"
        placeholder="Filter by client, or unacked>0"
        table={connectionTable}
        filter={filter}
        rows={all}
        matching={list.isSuccess ? rows.length : null}
        chips={connectionChips}
        counts={isComplete ? counts : undefined}
        offered={isComplete ? counts : null}
      >
        <ColumnsMenu table="connections" columns={connectionColumns} />
      </FilterBar>
      {ability?.level === 'partial' && ability.reason ? <Note>{ability.reason}</Note> : null}
      {rows.length === 0 ? (
        <Card className="flex-1">
          <NoRows
            list={list}
            filter={filter}
            loading="Loading connections"
            failed={`Listing the connections of ${broker.label} failed`}
            one="connection"
            none={{ title: 'No connections', words: 'Nobody is connected to this broker now.' }}
          />
        </Card>
      ) : (
        <DataTable
          label={`Connections of ${broker.label}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          layout="connections"
          columns={connectionColumns}
          rows={rows}
          keyOf={keyOf}
          live={live}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={(one) => set({ connection: one.id }, get('connection') ? 'replace' : 'push')}
          current={get('connection')}
          total={rows.length}
        />
      )}
      <ListFoot
        matching={list.isSuccess ? rows.length : null}
        total={isComplete ? all.length : null}
        filtered={filter.applied !== ''}
        loading={list.isFetchingNextPage}
        note={isShort ? `the first ${formatCount(all.length)} looked at` : undefined}
        problems={pages?.flatMap((page) => page.problems ?? []) ?? []}
        part="part"
      />
    </>
  )
}

const keyOf = (one: Connection) => one.id

function sortConnections(rows: readonly Connection[], id: string, order: 'asc' | 'desc'): Connection[] {
  const compare = connectionSorters[id] ?? (() => 0)
  const sign = order === 'asc' ? 1 : -1
  return rows.toSorted(
    (a, b) => sign * compare(a, b) || a.client.localeCompare(b.client) || a.id.localeCompare(b.id),
  )
}
