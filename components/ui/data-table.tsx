'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { TableHead } from './data-table-head.tsx'
import { TableRow } from './data-table-row.tsx'
import { isFocusLost, returnFocus } from './focus.ts'
import { useKeys } from './use-keys.ts'
import { useNarrow, useTight } from './use-media.ts'

export interface Column<Row> {
  readonly id: string
  readonly header: ReactNode
  readonly align?: 'right'
  /** CSS width; one column without it takes the rest. */
  readonly width?: string
  /** The sort field this column stands for; absent columns do not sort. */
  readonly sort?: string
  readonly cell: (row: Row, index: number) => ReactNode
  /** On a small screen: the first line, its right end, the second line (with its label), or not at all. */
  readonly narrow?: 'title' | 'aside' | 'meta' | 'hidden'
  readonly narrowLabel?: string
}

export interface Sort {
  readonly id: string
  readonly order: 'asc' | 'desc'
}

export interface DataTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  sort?: Sort | undefined
  onSort?: ((sort: Sort) => void) | undefined
  onOpen?: ((row: Row) => void) | undefined
  /** The row open beside the table; moving with j and k then opens the next one. */
  current?: string | null | undefined
  checked?: ReadonlySet<string> | undefined
  onCheck?: ((keys: readonly string[], on: boolean) => void) | undefined
  checkLabel?: ((row: Row) => string) | undefined
  onEnd?: (() => void) | undefined
  total?: number | undefined
  /** Draws only the rows in sight, inside its own scrolling box. */
  virtual?: boolean | undefined
  foot?: ReactNode
  className?: string | undefined
}

/** A real table: 32 px rows, announced sort, one row in the tab order, j k x and enter; two-line rows when narrow. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, keyOf, onEnd, virtual = true } = props
  const narrow = useNarrow()
  const tight = useTight() && !narrow
  // The least of them give way before the name, whose column takes what the others leave.
  const columns = tight ? props.columns.filter((column) => column.narrow !== 'hidden') : props.columns
  const box = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  const anchor = useRef(0)
  const headHeight = narrow ? 0 : 32
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (narrow ? 58 : 32),
    overscan: 14,
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
    enabled: virtual,
  })
  const measuredNarrow = useRef(narrow)
  useEffect(() => {
    // The row height changes with the screen: sizes measured before are void.
    if (measuredNarrow.current !== narrow) virtualizer.measure()
    measuredNarrow.current = narrow
  }, [narrow, virtualizer])

  const shown = virtual
    ? virtualizer.getVirtualItems().map((item) => item.index)
    : rows.map((_, index) => index)
  // Rows out of sight are empty space around the table, so that the table itself holds nothing but rows.
  const above = virtual ? (virtualizer.getVirtualItems()[0]?.start ?? headHeight) - headHeight : 0
  const lastShown = shown.at(-1) ?? 0
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - 30) onEnd?.()
  }, [lastShown, rows.length, onEnd])

  const focusRow = (index: number) => {
    const row = rows[index]
    if (row === undefined) return
    setCursor(index)
    if (virtual) virtualizer.scrollToIndex(index)
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)?.focus({ preventScroll: virtual }),
    )
  }
  const move = (step: number) => {
    const openAt = props.current ? rows.findIndex((row) => keyOf(row) === props.current) : -1
    const focused = box.current?.contains(document.activeElement)
    const from = openAt >= 0 ? openAt : focused ? cursor : step > 0 ? -1 : rows.length
    const next = Math.min(rows.length - 1, Math.max(0, from + step))
    focusRow(next)
    const row = rows[next]
    if (openAt >= 0 && row !== undefined) props.onOpen?.(row)
  }
  const check = (index: number, range: boolean) => {
    const row = rows[index]
    if (!props.onCheck || row === undefined) return
    const on = !props.checked?.has(keyOf(row))
    const [from, to] = range
      ? [Math.min(anchor.current, index), Math.max(anchor.current, index)]
      : [index, index]
    props.onCheck(rows.slice(from, to + 1).map(keyOf), on)
    anchor.current = index
  }
  const checkHere = () => {
    const openAt = props.current ? rows.findIndex((row) => keyOf(row) === props.current) : -1
    check(openAt >= 0 ? openAt : cursor, false)
  }
  useKeys(
    { j: () => move(1), k: () => move(-1), ...(props.onCheck ? { x: checkHere } : {}) },
    rows.length > 0,
    props.onOpen ? ['Enter'] : [],
  )
  const current = props.current ?? null
  const before = useRef(current)
  useEffect(() => {
    const closed = current === null ? before.current : null
    before.current = current
    if (closed === null || !isFocusLost()) return
    // What was open beside the table took the focus with it.
    const index = rows.findIndex((row) => keyOf(row) === closed)
    if (index >= 0) focusRow(index)
    else returnFocus(null)
  })

  return (
    <div
      ref={box}
      className={clsx(
        'relative min-h-0 rounded-card border bg-surface',
        virtual ? 'flex-1 overflow-y-auto overflow-x-hidden' : 'overflow-hidden',
        props.className,
      )}
    >
      <div style={virtual ? { height: virtualizer.getTotalSize(), paddingTop: above } : undefined}>
        <table
          aria-label={props.label}
          aria-rowcount={(props.total ?? rows.length) + 1}
          className="w-full table-fixed border-separate border-spacing-0"
        >
          <TableHead {...props} columns={columns} narrow={narrow} />
          <tbody>
            {shown.map((index) => {
              const row = rows[index]
              if (row === undefined) return null
              const key = keyOf(row)
              return (
                <TableRow
                  key={key}
                  row={row}
                  index={index}
                  columns={columns}
                  narrow={narrow}
                  isCurrent={props.current === key}
                  isCursor={cursor === index}
                  checked={props.onCheck ? Boolean(props.checked?.has(key)) : undefined}
                  checkLabel={props.checkLabel?.(row)}
                  onCheck={(range) => check(index, range)}
                  onFocus={() => setCursor(index)}
                  onOpen={props.onOpen}
                />
              )
            })}
          </tbody>
        </table>
      </div>
      {props.foot}
    </div>
  )
}
