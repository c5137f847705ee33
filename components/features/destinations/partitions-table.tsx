'use client'

import { type Column, DataTable } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { StateMark } from '@/components/ui/state-mark'
import { visibleText } from '@/lib/format/name'
import { groupDigits } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import type { DestinationDetail, Partition } from '@/lib/schemas/destination'

const offset = (value: string | null) =>
  value === null ? (
    <span className="text-ink-3">unknown</span>
  ) : (
    <span className="font-mono text-[12px]">
      {/^\d+$/.test(value) ? groupDigits(value) : visibleText(value)}
    </span>
  )

const columns: Column<Partition>[] = [
  {
    id: 'partition',
    header: 'Partition',
    width: '120px',
    narrow: 'title',
    cell: (row) => (
      <span className="flex items-center gap-2.5">
        <StateMark
          level={
            row.problem || row.leader === null
              ? 'crit'
              : row.inSync.length < row.replicas.length
                ? 'warn'
                : 'ok'
          }
          label={
            row.leader === null ? 'no leader' : row.inSync.length < row.replicas.length ? 'behind' : 'in sync'
          }
        />
        {row.partition}
      </span>
    ),
  },
  {
    id: 'leader',
    header: 'Leader',
    width: '130px',
    cell: (row) =>
      row.leader === null ? <span className="text-crit-ink">no leader</span> : visibleText(row.leader),
  },
  {
    id: 'replicas',
    header: 'In sync of replicas',
    width: '170px',
    cell: (row) => (
      <span title={`in sync ${row.inSync.join(', ')}; replicas ${row.replicas.join(', ')}`}>
        {row.inSync.length} of {row.replicas.length}
      </span>
    ),
  },
  {
    id: 'problem',
    header: 'Note',
    narrow: 'hidden',
    cell: (row) =>
      row.problem ? <span className="text-warn-ink">{visibleText(row.problem.message)}</span> : null,
  },
  {
    id: 'start',
    header: 'Begin',
    align: 'right',
    width: '130px',
    narrow: 'hidden',
    cell: (row) => offset(row.start),
  },
  { id: 'end', header: 'End', align: 'right', width: '130px', cell: (row) => offset(row.end) },
  {
    id: 'bytes',
    header: 'Size',
    align: 'right',
    width: '110px',
    narrow: 'aside',
    cell: (row) => <MeasureText measure={measure(row.bytes)} />,
  },
]

export function PartitionsTable({ row }: { row: DestinationDetail }) {
  const partitions = row.partitions ?? []
  return (
    <DataTable
      label="Partitions"
      className={partitions.length > 40 ? 'min-h-80' : undefined}
      virtual={partitions.length > 40}
      columns={columns}
      rows={partitions}
      keyOf={(partition) => String(partition.partition)}
    />
  )
}
