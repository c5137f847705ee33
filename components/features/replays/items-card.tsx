'use client'

import { useMemo } from 'react'
import { Card, CardHead } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { Choices } from '@/components/ui/field'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { Pill } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { useUrlState } from '@/components/ui/use-url-state'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import { useReplayItems } from '@/lib/queries/replays'
import type { ItemState, Replay, ReplayItem } from '@/lib/schemas/replay'
import { itemTones, itemWords } from './replay-words.ts'

const states: readonly ItemState[] = ['pending', 'sent', 'done', 'failed', 'uncertain', 'skipped']

/** The ledger, row by row, by state. */
export function ItemsCard({ run }: { run: Replay }) {
  const { get, set } = useUrlState()
  const asked = get('items')
  const state = states.find((one) => one === asked) ?? 'all'
  const items = useReplayItems(run.id, state)
  const pages = items.data?.pages
  const rows = useMemo(() => rowsOf(pages), [pages])
  return (
    <Card className="flex flex-col overflow-hidden">
      <CardHead title="Messages">
        <Choices
          label="State"
          value={state}
          onChange={(id) => set({ items: id === 'all' ? null : id })}
          options={[
            { id: 'all', label: `All ${formatCount(run.counts.total)}` },
            ...states
              .filter((one) => run.counts[one] > 0 || one === state)
              .map((one) => ({ id: one, label: `${itemWords[one]} ${formatCount(run.counts[one])}` })),
          ]}
        />
      </CardHead>
      {rows.length > 0 ? (
        <DataTable
          label="Messages of the run"
          className={`rounded-none border-0 ${rows.length > 12 ? 'h-[420px] flex-none' : ''}`}
          virtual={rows.length > 12}
          columns={columns}
          rows={rows}
          keyOf={(item) => String(item.row)}
          onEnd={() => items.hasNextPage && !items.isFetchingNextPage && items.fetchNextPage()}
          total={state === 'all' ? run.counts.total : run.counts[state]}
        />
      ) : null}
      {items.isPending ? <LoadingRows label="Loading the ledger" rows={5} /> : null}
      {items.isError ? (
        <Failed
          what="Reading the ledger failed"
          words={wordsOf(items.error)}
          onRetry={() => items.refetch()}
        />
      ) : null}
      {items.isSuccess && rows.length === 0 ? (
        <Empty title={state === 'all' ? 'No rows yet' : 'None in this state'}>
          {state === 'all' ? 'A row is written as each message is taken in hand.' : null}
        </Empty>
      ) : null}
    </Card>
  )
}

const columns: Column<ReplayItem>[] = [
  {
    id: 'row',
    header: 'Row',
    width: '80px',
    align: 'right',
    narrow: 'title',
    cell: (item) => <span className="font-mono text-[12px]">{item.row}</span>,
  },
  {
    id: 'state',
    header: 'State',
    width: '170px',
    narrow: 'aside',
    cell: (item) => <Pill tone={itemTones[item.state]}>{itemWords[item.state]}</Pill>,
  },
  {
    id: 'target',
    header: 'To',
    width: '200px',
    cell: (item) => (item.target ? visibleText(item.target) : <span className="text-ink-3">—</span>),
  },
  {
    id: 'position',
    header: 'Landed at',
    width: '160px',
    cell: (item) =>
      item.position ? (
        <span className="font-mono text-[12px]">{visibleText(item.position)}</span>
      ) : (
        <span className="text-ink-3">not told</span>
      ),
  },
  {
    id: 'reason',
    header: 'Why',
    narrow: 'hidden',
    cell: (item) =>
      item.reason ? (
        <span className="text-ink-2" title={visibleText(item.reason)}>
          {visibleText(item.reason)}
        </span>
      ) : null,
  },
  {
    id: 'at',
    header: 'Time',
    align: 'right',
    width: '150px',
    narrow: 'hidden',
    cell: (item) => (
      <span className="text-ink-3">
        <Time at={item.at} style="clock" />
      </span>
    ),
  },
]
