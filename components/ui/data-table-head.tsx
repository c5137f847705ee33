import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { ColumnEdge } from './column-edge.tsx'
import { useColumnLayout, widthOf } from './column-layout.ts'
import type { DataTableProps, Sort } from './data-table.tsx'

export function TableHead<Row>({
  columns,
  rows,
  keyOf,
  sort,
  onSort,
  checked,
  onCheck,
  narrow,
  layout: name,
}: DataTableProps<Row> & { narrow: boolean }) {
  const { layout } = useColumnLayout(name)
  const all = rows.length > 0 && checked !== undefined && rows.every((row) => checked.has(keyOf(row)))
  const some =
    !all && checked !== undefined && checked.size > 0 && rows.some((row) => checked.has(keyOf(row)))
  const cell = 'sticky top-0 z-10 h-8 border-b bg-surface px-3.5 text-[11.5px] font-[500] text-ink-3'
  const rest = columns.findIndex((column) => column.width === undefined)
  return (
    <thead className={narrow ? 'sr-only' : undefined}>
      <tr>
        {onCheck ? (
          <th scope="col" className={clsx(cell, 'w-10 pr-0')}>
            <input
              type="checkbox"
              aria-label="Select every row shown"
              className="block size-3.5"
              checked={all}
              ref={(input) => {
                if (input) input.indeterminate = some
              }}
              onChange={() => onCheck(rows.map(keyOf), !all)}
            />
          </th>
        ) : null}
        {columns.map((column, index) => {
          const sorted = column.sort !== undefined && sort?.id === column.sort ? sort.order : undefined
          const width = widthOf(column, layout)
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
              style={width === null ? undefined : { width }}
              className={clsx(cell, column.align === 'right' ? 'text-right' : 'text-left')}
            >
              {column.sort !== undefined && onSort ? (
                <SortButton column={column.sort} header={column.header} sort={sort} onSort={onSort} />
              ) : (
                column.header
              )}
              {name !== undefined && width !== null && !narrow ? (
                <ColumnEdge
                  table={name}
                  column={column.id}
                  label={typeof column.header === 'string' ? column.header : column.id}
                  width={width}
                  side={rest >= 0 && index > rest ? 'left' : 'right'}
                />
              ) : null}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function SortButton({
  column,
  header,
  sort,
  onSort,
}: {
  column: string
  header: React.ReactNode
  sort: Sort | undefined
  onSort: (sort: Sort) => void
}) {
  const active = sort?.id === column
  const next = active
    ? sort.order === 'desc'
      ? 'asc'
      : 'desc'
    : column === 'name' || column === 'type'
      ? 'asc'
      : 'desc'
  const Arrow = sort?.order === 'asc' ? ArrowUp : ArrowDown
  return (
    <button
      type="button"
      onClick={() => onSort({ id: column, order: next })}
      className={clsx('inline-flex items-center gap-1 rounded-[3px]', active ? 'text-ink' : 'hover:text-ink')}
    >
      {header}
      {active ? <Arrow className="size-3" aria-hidden /> : null}
    </button>
  )
}
