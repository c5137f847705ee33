'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { RecentHead, RecentLine } from '@/components/features/series'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { FilterInput } from '@/components/ui/field'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { StateMark } from '@/components/ui/state-mark'
import { useUrlState } from '@/components/ui/use-url-state'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { groupPath } from '@/lib/format/paths'
import { measure, sortValue } from '@/lib/format/reading'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useGroups } from '@/lib/queries/groups'
import { rowsOf } from '@/lib/queries/page'
import type { Broker } from '@/lib/schemas/broker'
import type { Group } from '@/lib/schemas/group'
import { groupLevel } from './group-words.ts'

const sorters: Record<string, (a: Group, b: Group) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  type: (a, b) => a.type.localeCompare(b.type) || a.name.localeCompare(b.name),
  state: (a, b) => a.state.localeCompare(b.state) || a.name.localeCompare(b.name),
  members: (a, b) => a.members.length - b.members.length || a.name.localeCompare(b.name),
  total: (a, b) => {
    const [left, right] = [sortValue(a.total), sortValue(b.total)]
    return left === right ? a.name.localeCompare(b.name) : left - right
  },
}

/** Consumer groups of a broker with their lag; an unknown lag sorts below every number. */
export function GroupList({ broker }: { broker: Broker }) {
  const router = useRouter()
  const list = useGroups(broker.id)
  const { get, set } = useUrlState()
  const q = get('q') ?? ''
  const sort = { id: get('sort') ?? 'total', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const pages = list.data?.pages
  const rows = useMemo(() => {
    const needle = q.toLowerCase()
    const matching = rowsOf(pages).filter((group) => group.name.toLowerCase().includes(needle))
    const sorted = [...matching].sort(sorters[sort.id] ?? sorters.name)
    return sort.order === 'desc' ? sorted.reverse() : sorted
  }, [pages, q, sort.id, sort.order])
  const columns = useMemo(() => groupColumns(broker.id), [broker.id])
  const ability = broker.abilities.groups
  return (
    <>
      <FilterInput
        label="Filter groups by name"
        placeholder="Filter by name"
        className="w-[330px] max-md:w-full"
        value={q}
        onChange={(event) => set({ q: event.target.value })}
      />
      {ability?.level === 'partial' && ability.reason ? <Note>{ability.reason}</Note> : null}
      {rows.length === 0 ? (
        <Card className="flex-1">
          {list.isPending ? <LoadingRows label="Loading groups" /> : null}
          {list.isError ? (
            <Failed
              what="Listing the groups failed"
              words={wordsOf(list.error)}
              forbidden={isForbidden(list.error)}
              onRetry={() => list.refetch()}
            />
          ) : null}
          {list.isSuccess ? (
            <Empty title={q ? 'No group matches' : 'No consumer groups'}>
              {q ? 'Another spelling, or clear the filter.' : 'Nobody has read with a group here yet.'}
            </Empty>
          ) : null}
        </Card>
      ) : (
        <DataTable
          label={`Consumer groups of ${broker.label}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          columns={columns}
          rows={rows}
          keyOf={(group) => group.id}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={(group) => router.push(groupPath(broker.id, group.id) as Route)}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && list.fetchNextPage()}
          total={pages?.[0]?.total}
        />
      )}
      <div role="status" className="text-[12px] text-ink-3">
        {list.isSuccess ? `${formatCount(rows.length)} shown` : ''}
      </div>
    </>
  )
}

function groupColumns(broker: string): Column<Group>[] {
  return [
    {
      id: 'name',
      header: 'Group',
      sort: 'name',
      narrow: 'title',
      cell: (group) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <StateMark level={groupLevel(group)} label={group.state} />
          <AppLink href={groupPath(broker, group.id)} className="flex min-w-0 font-[560]">
            <Name name={group.name} />
          </AppLink>
        </span>
      ),
    },
    {
      id: 'type',
      header: 'Type',
      sort: 'type',
      width: '110px',
      narrow: 'aside',
      cell: (group) => <span className="text-ink-3">{group.type}</span>,
    },
    {
      id: 'state',
      header: 'State',
      sort: 'state',
      width: '140px',
      cell: (group) => <span className="text-ink-2">{visibleText(group.state)}</span>,
    },
    {
      id: 'members',
      header: 'Members',
      sort: 'members',
      align: 'right',
      width: '100px',
      cell: (group) => formatCount(group.members.length),
    },
    {
      id: 'reads',
      header: 'Reads',
      width: '260px',
      narrow: 'hidden',
      cell: (group) => {
        const names = [...new Set(group.lag.map((row) => row.destination))]
        return (
          <span className="text-ink-3" title={visibleText(names.join(', '))}>
            {visibleText(names.slice(0, 3).join(', '))}
            {names.length > 3 ? ` and ${names.length - 3} more` : ''}
          </span>
        )
      },
    },
    {
      id: 'total',
      header: 'Lag',
      sort: 'total',
      align: 'right',
      width: '100px',
      cell: (group) => <MeasureText measure={measure(group.total)} />,
    },
    {
      id: 'recent',
      header: <RecentHead />,
      width: '120px',
      narrow: 'hidden',
      cell: (group) => <RecentLine broker={broker} of="groups" metric="lag" id={group.id} />,
    },
  ]
}
