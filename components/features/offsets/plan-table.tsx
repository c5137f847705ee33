import { type Column, DataTable } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { visibleText } from '@/lib/format/name'
import { measure } from '@/lib/format/reading'
import type { OffsetRow } from '@/lib/schemas/offset'
import { positionWords } from './words.ts'

const position = (value: string | null) => (
  <span className={value === null ? 'text-ink-3' : 'font-mono text-[12px]'}>{positionWords(value)}</span>
)

const columns: readonly Column<OffsetRow>[] = [
  {
    id: 'part',
    header: 'Partition',
    narrow: 'title',
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <Name name={row.destination} />
        <span className="shrink-0 text-ink-3">/ {row.partition}</span>
      </span>
    ),
  },
  {
    id: 'move',
    header: 'Old → new',
    width: '190px',
    narrowLabel: ' ',
    cell: (row) => (
      <span title={row.note ? visibleText(row.note) : undefined}>
        {position(row.old)} <span className="text-ink-3">→</span> {position(row.next)}
        {row.note ? <span className="text-warn-ink"> *</span> : null}
      </span>
    ),
  },
  {
    id: 'skipped',
    header: 'Skipped',
    align: 'right',
    width: '80px',
    narrowLabel: 'skipped',
    cell: (row) => <MeasureText measure={measure(row.skipped)} />,
  },
  {
    id: 'again',
    header: 'Again',
    align: 'right',
    width: '80px',
    narrowLabel: 'again',
    cell: (row) => <MeasureText measure={measure(row.again)} />,
  },
]

/** Where each partition would go, what that skips, and what is read again. */
export function PlanTable({ rows }: { rows: readonly OffsetRow[] }) {
  const notes = [...new Set(rows.flatMap(({ note }) => note ?? []))]
  return (
    <div className="flex flex-col gap-1.5">
      <DataTable
        label="Plan by partition"
        className={rows.length > 12 ? 'h-[360px] flex-none' : undefined}
        virtual={rows.length > 12}
        columns={columns}
        rows={rows}
        keyOf={(row) => `${row.partition} ${row.destination}`}
      />
      {notes.slice(0, 3).map((note) => (
        <p key={note} className="text-[12px] text-warn-ink">
          * {visibleText(note)}
        </p>
      ))}
    </div>
  )
}
