'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { fitColumns, useColumnLayout } from './column-layout.ts'
import { TableHead } from './data-table-head.tsx'
import { type RowActs, TableRow } from './data-table-row.tsx'
import { isFocusLost, returnFocus } from './focus.ts'
import { OrderPaused } from './order-paused.tsx'
import { type LiveOrder, useHeldOrder } from './use-held-order.ts'
import { useKeys } from './use-keys.ts'
import { useNarrow } from './use-media.ts'

export interface Column<Row> {
  readonly id: string
  readonly header: ReactNode
  readonly align?: 'right'
  /** CSS width in pixels; one column without it takes the rest. */
  readonly width?: string
  /** The sort field this column stands for; absent columns do not sort. */
  readonly sort?: string
  readonly cell: (row: Row, index: number) => ReactNode
  /** On a small screen: the first line, its right end, the second line (with its label), or not at all. */
  readonly narrow?: 'title' | 'aside' | 'meta' | 'hidden'
  readonly narrowLabel?: string
  /** Shown only once a person asks for it in the Columns menu. */
  readonly initial?: 'hidden'
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
  /** Under this name a person's column widths and choice are kept; without it columns are fixed. */
  layout?: string | undefined
  /** The list moves by itself: its order stands still while pointer, focus or a selection is in it. */
  live?: LiveOrder<Row> | undefined
  foot?: ReactNode
  className?: string | undefined
}

/** A real table: 32 px rows, announced sort, one row in the tab order, j k x and enter; two-line rows when narrow. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { keyOf, onEnd, virtual = true } = props
  const narrow = useNarrow()
  const box = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  const [pointed, setPointed] = useState(false)
  const [focused, setFocused] = useState(false)
  const anchor = useRef(0)
  const isHeld = pointed || focused || (props.checked?.size ?? 0) > 0 || Boolean(props.current)
  const { rows, moved, release } = useHeldOrder(props.rows, keyOf, props.live, isHeld)
  const apply = () => {
    release()
    // The button goes, and the focus with it.
    setFocused(false)
  }
  const columns = useFittingColumns(props, box, narrow)
  const headHeight = narrow ? 0 : 32
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (narrow ? 58 : 32),
    overscan: 6,
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
  // Rows out of sight are empty space of the table's body that stands in no document: the table holds nothing but
  // rows, and nothing in sight ever moves while it is scrolled.
  const items = virtual ? virtualizer.getVirtualItems() : []
  const space = virtual
    ? {
        '--above': `${(items[0]?.start ?? headHeight) - headHeight}px`,
        '--below': `${virtualizer.getTotalSize() - (items.at(-1)?.end ?? headHeight)}px`,
      }
    : undefined
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
    const inside = box.current?.contains(document.activeElement)
    const from = openAt >= 0 ? openAt : inside ? cursor : step > 0 ? -1 : rows.length
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
  const acts = useRowActs<Row>({ check, focus: setCursor, open: (row) => props.onOpen?.(row) })

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices whether somebody is in the list.
    <div
      ref={box}
      onPointerEnter={(event) => setPointed(event.pointerType === 'mouse')}
      onPointerLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      onBlur={(event) => setFocused(event.currentTarget.contains(event.relatedTarget))}
      className={clsx(
        'relative min-h-0 rounded-card border bg-surface',
        virtual
          ? 'flex flex-1 flex-col overflow-y-auto overflow-x-hidden [overflow-anchor:none]'
          : 'overflow-hidden',
        props.className,
      )}
    >
      <table
        aria-label={props.label}
        aria-rowcount={(props.total ?? rows.length) + 1}
        className="w-full shrink-0 table-fixed border-separate border-spacing-0"
      >
        <TableHead {...props} rows={rows} columns={columns} narrow={narrow} />
        <tbody
          style={space as React.CSSProperties | undefined}
          className={
            virtual
              ? "before:invisible before:table-row before:h-(--above) before:content-[''] after:invisible after:table-row after:h-(--below) after:content-['']"
              : undefined
          }
        >
          {shown.map((index) => {
            const row = rows[index]
            if (row === undefined) return null
            const key = keyOf(row)
            return (
              <TableRow
                // A place in a moving order stays where it is and gets another row: nothing jumps.
                key={props.live ? index : key}
                row={row}
                index={index}
                columns={columns}
                narrow={narrow}
                isCurrent={props.current === key}
                isCursor={cursor === index}
                isOpenable={props.onOpen !== undefined}
                checked={props.onCheck ? Boolean(props.checked?.has(key)) : undefined}
                checkLabel={props.checkLabel?.(row)}
                acts={acts}
              />
            )
          })}
        </tbody>
      </table>
      {props.foot}
      {moved > 0 ? <OrderPaused moved={moved} onRelease={apply} /> : null}
    </div>
  )
}

/** The same object for as long as the table stands, so that a row is drawn again only when it changed itself. */
function useRowActs<Row>(acts: RowActs<Row>): RowActs<Row> {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  return useMemo(
    () => ({
      check: (index, range) => latest.current.check(index, range),
      focus: (index) => latest.current.focus(index),
      open: (row) => latest.current.open(row),
    }),
    [],
  )
}

/** The columns a person wants and the box has room for. On a small screen every column has its place in two lines. */
function useFittingColumns<Row>(
  { columns, layout: name, onCheck }: DataTableProps<Row>,
  box: React.RefObject<HTMLDivElement | null>,
  narrow: boolean,
): readonly Column<Row>[] {
  const { layout } = useColumnLayout(name)
  const [room, setRoom] = useState(0)
  useLayoutEffect(() => {
    const element = box.current
    if (!element || name === undefined) return
    const take = () => setRoom(element.clientWidth)
    take()
    const observer = new ResizeObserver(take)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box, name])
  return useMemo(
    () =>
      name === undefined
        ? columns
        : narrow
          ? columns.filter((column) => column.initial !== 'hidden')
          : fitColumns(columns, layout, room - (onCheck ? 40 : 0)),
    [columns, name, layout, narrow, room, onCheck],
  )
}
