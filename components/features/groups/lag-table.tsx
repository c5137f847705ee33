'use client'

import { useMemo, useState } from 'react'
import { type Column, DataTable, type Sort } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Time } from '@/components/ui/time'
import { useNow } from '@/components/ui/use-now'
import { visibleText } from '@/lib/format/name'
import { groupDigits } from '@/lib/format/number'
import { measure, sortValue } from '@/lib/format/reading'
import { formatDuration } from '@/lib/format/time'
import type { LagRow } from '@/lib/schemas/group'
import { actsColumn } from './acts-column.tsx'

/** Every partition: who holds it, where it stands, how far behind. A missing commit is "no commit", never 0. */
export function LagTable({
  rows,
  part,
  act,
}: {
  rows: readonly LagRow[]
  part: 'partition' | 'stream'
  /** What can be done about a row. */
  act?: ((row: LagRow) => React.ReactNode) | undefined
}) {
  const [sort, setSort] = useState<Sort>({ id: 'lag', order: 'desc' })
  const sorted = useMemo(() => {
    const place = (a: LagRow, b: LagRow) =>
      a.destination.localeCompare(b.destination) || a.partition - b.partition
    if (sort.id === 'destination')
      return [...rows].sort((a, b) => (sort.order === 'asc' ? place(a, b) : place(b, a)))
    const sign = sort.order === 'asc' ? 1 : -1
    return [...rows].sort((a, b) => {
      const [left, right] = [sortValue(a.lag), sortValue(b.lag)]
      return left === right ? place(a, b) : sign * (left < right ? -1 : 1)
    })
  }, [rows, sort])
  const worst = rows.reduce((most, row) => Math.max(most, measure(row.lag).value ?? 0), 0)
  const columns = useMemo(
    () => [...lagColumns(worst, part), ...(act ? [actsColumn(act, '150px')] : [])],
    [worst, part, act],
  )
  return (
    <DataTable
      label={`Lag by ${part}`}
      className={`rounded-none border-0 ${sorted.length > 40 ? 'h-[480px] flex-none' : ''}`}
      virtual={sorted.length > 40}
      columns={columns}
      rows={sorted}
      keyOf={(row) => `${row.partition} ${row.destination}`}
      sort={sort}
      onSort={setSort}
    />
  )
}

function lagColumns(worst: number, part: 'partition' | 'stream'): Column<LagRow>[] {
  const columns: Column<LagRow>[] = [
    {
      id: 'destination',
      header: part === 'stream' ? 'Stream' : 'Partition',
      sort: 'destination',
      narrow: 'title',
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-1.5">
          <Name name={row.destination} />
          {part === 'partition' ? <span className="shrink-0 text-ink-3">/ {row.partition}</span> : null}
        </span>
      ),
    },
    {
      id: 'member',
      header: 'Member',
      width: '220px',
      narrow: 'hidden',
      cell: (row) => (
        <span
          className="font-mono text-[12px] text-ink-2"
          title={row.member ? visibleText(row.member) : undefined}
        >
          {row.member ? visibleText(row.member) : <span className="text-ink-3">nobody</span>}
        </span>
      ),
    },
    {
      id: 'moved',
      header: 'Last moved',
      width: '120px',
      narrow: 'hidden',
      cell: ({ movement }) => <Moved movement={movement} />,
    },
    position('committed', 'Committed', (row) => row.committed, 'no commit'),
    position('end', 'End', (row) => row.end, 'unknown'),
    {
      id: 'bar',
      header: <span className="sr-only">Share of the worst</span>,
      width: '120px',
      narrow: 'hidden',
      cell: (row) => {
        const value = measure(row.lag).value
        if (value === null || worst === 0) return null
        return (
          <span aria-hidden className="block h-2 rounded-full bg-line">
            <span
              className="block h-2 rounded-full bg-s1"
              style={{ width: `${Math.max(value > 0 ? 2 : 0, (value / worst) * 100)}%` }}
            />
          </span>
        )
      },
    },
    {
      id: 'lag',
      header: 'Lag',
      sort: 'lag',
      align: 'right',
      width: '120px',
      narrow: 'aside',
      cell: (row) =>
        row.committed === null && row.lag.state === 'unavailable' ? (
          <span className="text-ink-3" title={row.lag.reason}>
            {visibleText(row.lag.reason)}
          </span>
        ) : (
          <MeasureText measure={measure(row.lag, 'full')} />
        ),
    },
  ]
  // Every member of a Redis group reads the whole stream: nobody holds it.
  return part === 'stream' ? columns.filter((column) => column.id !== 'member') : columns
}

function Moved({ movement }: { movement: LagRow['movement'] }) {
  const now = useNow()
  if (!movement) return <span className="text-ink-3">unknown</span>
  if (movement.committedAt) return <Time at={movement.committedAt} style="age" />
  return (
    <span className="text-ink-3" title="Watched for so long; when it moved before is not known">
      not in {formatDuration(now - Date.parse(movement.since))}
    </span>
  )
}

function position(id: string, header: string, read: (row: LagRow) => string | null, absent: string) {
  return {
    id,
    header,
    align: 'right',
    width: '130px',
    narrowLabel: header.toLowerCase(),
    cell: (row) => {
      const value = read(row)
      if (value === null) return <span className="text-ink-3">{absent}</span>
      return (
        <span className="font-mono text-[12px]" title={value}>
          {/^\d+$/.test(value) ? groupDigits(value) : visibleText(value)}
        </span>
      )
    },
  } satisfies Column<LagRow>
}
