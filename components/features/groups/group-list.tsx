'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { RecentHead, RecentLine } from '@/components/features/series'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { CopyName } from '@/components/ui/copy-name'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { ListFoot } from '@/components/ui/list-foot'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { StateMark } from '@/components/ui/state-mark'
import { useUrlState } from '@/components/ui/use-url-state'
import { asWord } from '@/lib/domain/filter'
import { groupChips, groupTable } from '@/lib/domain/filter/tables/groups'
import { membersOf } from '@/lib/domain/members'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { groupPath } from '@/lib/format/paths'
import { measure, sortValue } from '@/lib/format/reading'
import { useGroups } from '@/lib/queries/groups'
import { rowsOf } from '@/lib/queries/page'
import type { Broker } from '@/lib/schemas/broker'
import type { Group } from '@/lib/schemas/group'
import { FilterBar, NoRows, useFilter, useFiltered, useRestOfList } from '../filter/index.ts'
import { groupLevel, membersWord } from './group-words.ts'

const sorters: Record<string, (a: Group, b: Group) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  type: (a, b) => a.type.localeCompare(b.type) || a.name.localeCompare(b.name),
  state: (a, b) => a.state.localeCompare(b.state) || a.name.localeCompare(b.name),
  members: (a, b) => (membersOf(a) ?? -1) - (membersOf(b) ?? -1) || a.name.localeCompare(b.name),
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
  const filter = useFilter(groupTable, { old: (get) => (get('q') ? asWord(get('q') ?? '') : null) })
  const sort = { id: get('sort') ?? 'total', order: get('order') === 'asc' ? 'asc' : 'desc' } as const
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  const { isShort } = useRestOfList(list, all.length, true)
  const { rows: matching, counts } = useFiltered(all, filter, groupTable, groupChips)
  const rows = useMemo(() => {
    const sorted = matching.toSorted(sorters[sort.id] ?? sorters.name)
    return sort.order === 'desc' ? sorted.reverse() : sorted
  }, [matching, sort.id, sort.order])
  const columns = useMemo(() => groupColumns(broker.id), [broker.id])
  const live = useMemo(
    () => ({
      view: `${filter.applied}\n${sort.id} ${sort.order}`,
      find: (id: string) => all.find((group) => group.id === id),
    }),
    [filter.applied, sort.id, sort.order, all],
  )
  const ability = broker.abilities.groups
  const isComplete = list.isSuccess && !list.hasNextPage
  return (
    <>
      <FilterBar
        label="Filter groups"
        placeholder="Filter by name, or lag>100"
        table={groupTable}
        filter={filter}
        rows={all}
        matching={list.isSuccess ? rows.length : null}
        chips={groupChips}
        counts={isComplete ? counts : undefined}
      >
        <ColumnsMenu table="groups" columns={columns} />
      </FilterBar>
      {ability?.level === 'partial' && ability.reason ? <Note>{ability.reason}</Note> : null}
      {rows.length === 0 ? (
        <Card className="flex-1">
          <NoRows
            list={list}
            filter={filter}
            loading="Loading groups"
            failed={`Listing the groups of ${broker.label} failed`}
            one="group"
            none={{ title: 'No consumer groups', words: 'Nobody has read with a group here yet.' }}
          />
        </Card>
      ) : (
        <DataTable
          label={`Consumer groups of ${broker.label}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          layout="groups"
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          live={live}
          sort={sort}
          onSort={(next) => set({ sort: next.id, order: next.order })}
          onOpen={(group) => router.push(groupPath(broker.id, group.id) as Route)}
          total={rows.length}
        />
      )}
      <ListFoot
        matching={list.isSuccess ? rows.length : null}
        total={pages?.[0]?.total ?? (list.isSuccess ? all.length : null)}
        filtered={filter.applied !== ''}
        loading={list.isFetchingNextPage}
        note={isShort ? `the first ${formatCount(all.length)} looked at` : undefined}
        problems={pages?.flatMap((page) => page.problems ?? []) ?? []}
      />
    </>
  )
}

const keyOf = (group: Group) => group.id

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
          <CopyName name={group.name} />
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
      cell: (group) => membersWord(group),
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
