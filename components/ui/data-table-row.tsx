import { clsx } from 'clsx'
import { type MouseEvent, memo } from 'react'
import type { Column } from './data-table.tsx'

/** What happens to rows; one object for the whole table. */
export interface RowActs<Row> {
  readonly check: (index: number, range: boolean) => void
  readonly focus: (index: number) => void
  readonly open: (row: Row) => void
}

interface TableRowProps<Row> {
  row: Row
  index: number
  columns: readonly Column<Row>[]
  narrow: boolean
  isCurrent: boolean
  isCursor: boolean
  isOpenable: boolean
  checked: boolean | undefined
  checkLabel: string | undefined
  acts: RowActs<Row>
}

function Row<Row>(props: TableRowProps<Row>) {
  const { row, index, columns, narrow, isCurrent, checked, acts } = props
  const open = (event: MouseEvent) => {
    if (!props.isOpenable || event.metaKey || event.ctrlKey || event.button !== 0) return
    // A click on something of its own, or the end of a text selection, is not meant for the row.
    if (event.target instanceof Element && event.target.closest('a,button,input,label')) return
    if (window.getSelection()?.type === 'Range') return
    acts.open(row)
  }
  const cell = clsx('border-b group-last:border-b-0', isCurrent && 'bg-accent-wash')
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      aria-current={isCurrent ? 'true' : undefined}
      tabIndex={props.isCursor ? 0 : -1}
      onFocus={(event) => event.target === event.currentTarget && acts.focus(index)}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget || !props.isOpenable) return
        // A second time on the open row: into what it opened.
        if (isCurrent) document.querySelector<HTMLElement>('[data-drawer]')?.focus()
        else acts.open(row)
      }}
      className={clsx(
        'group -outline-offset-2 transition-colors duration-[120ms]',
        props.isOpenable && 'cursor-pointer',
        !isCurrent && 'hover:bg-sunken',
      )}
    >
      {checked !== undefined ? (
        <td className={clsx(cell, 'w-10 pl-3.5')}>
          <input
            type="checkbox"
            aria-label={props.checkLabel ?? 'Select this row'}
            className="block size-3.5 max-md:size-5"
            // With its row in the tab order, else every row in sight would stand between list and foot.
            tabIndex={props.isCursor ? 0 : -1}
            checked={checked}
            onChange={() => undefined}
            onClick={(event) => acts.check(index, event.shiftKey)}
          />
        </td>
      ) : null}
      {narrow ? (
        <td colSpan={columns.length} className={clsx(cell, 'h-[58px] px-3.5')}>
          <NarrowCell row={row} index={index} columns={columns} />
        </td>
      ) : (
        columns.map((column) => (
          <td
            key={column.id}
            className={clsx(
              cell,
              'h-8 max-w-0 truncate px-3.5',
              column.align === 'right' && 'text-right tabular-nums',
            )}
          >
            {column.cell(row, index)}
          </td>
        ))
      )}
    </tr>
  )
}

/** Drawn again only when something of its own changed. */
export const TableRow = memo(Row) as typeof Row

function NarrowCell<Row>({ row, index, columns }: Pick<TableRowProps<Row>, 'row' | 'index' | 'columns'>) {
  const of = (place: string) => columns.filter((column) => (column.narrow ?? 'meta') === place)
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <div className="flex min-w-0 items-center gap-2">
        <div className="flex min-w-0 flex-1 items-center gap-2 overflow-hidden">
          {of('title').map((column) => (
            <span key={column.id} className="flex min-w-0">
              {column.cell(row, index)}
            </span>
          ))}
        </div>
        {of('aside').map((column) => (
          <span key={column.id} className="shrink-0">
            {column.cell(row, index)}
          </span>
        ))}
      </div>
      <div className="flex min-w-0 gap-x-3 overflow-hidden whitespace-nowrap text-[12px] text-ink-2">
        {of('meta').map((column) => (
          <span key={column.id} className="flex min-w-0 items-baseline gap-1">
            <span className="shrink-0 text-ink-3">{column.narrowLabel ?? column.header}</span>
            {column.cell(row, index)}
          </span>
        ))}
      </div>
    </div>
  )
}
