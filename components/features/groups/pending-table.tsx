'use client'

import { type Column, DataTable } from '@/components/ui/data-table'
import { Name } from '@/components/ui/name'
import { formatCount } from '@/lib/format/number'
import { formatDuration } from '@/lib/format/time'
import type { PendingEntry } from '@/lib/schemas/group'
import { pendingKey } from './row-acts.tsx'

const columns: Column<PendingEntry>[] = [
  {
    id: 'id',
    header: 'Entry',
    width: '220px',
    narrow: 'title',
    cell: (entry) => <span className="font-mono text-[12px]">{entry.id}</span>,
  },
  { id: 'stream', header: 'Stream', cell: (entry) => <Name name={entry.destination} />, narrow: 'hidden' },
  { id: 'consumer', header: 'Consumer', width: '220px', cell: (entry) => <Name name={entry.consumer} /> },
  {
    id: 'idle',
    header: 'Idle',
    align: 'right',
    width: '110px',
    cell: (entry) => formatDuration(entry.idleMs),
  },
  {
    id: 'deliveries',
    header: 'Deliveries',
    align: 'right',
    width: '110px',
    cell: (entry) => (
      <span className={entry.deliveries >= 5 ? 'font-[620] text-crit-ink' : undefined}>
        {formatCount(entry.deliveries)}
      </span>
    ),
  },
]

/** The poison view: entries delivered again and again without being acknowledged. */
export function PendingTable({
  rows,
  selection,
}: {
  rows: readonly PendingEntry[]
  selection?:
    | {
        readonly checked: ReadonlySet<string>
        readonly onCheck: (keys: readonly string[], on: boolean) => void
      }
    | undefined
}) {
  const sorted = [...rows].sort((a, b) => b.deliveries - a.deliveries || b.idleMs - a.idleMs)
  return (
    <DataTable
      label="Pending entries"
      className={`rounded-none border-0 ${sorted.length > 40 ? 'h-[480px] flex-none' : ''}`}
      virtual={sorted.length > 40}
      columns={columns}
      rows={sorted}
      keyOf={pendingKey}
      checked={selection?.checked}
      onCheck={selection?.onCheck}
      checkLabel={(entry) => `Select ${entry.id} of ${entry.consumer}`}
    />
  )
}
