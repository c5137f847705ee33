'use client'

import { useMemo, useSyncExternalStore } from 'react'

/** What a person changed about a table's columns; everything else is as the table draws it. */
export interface ColumnLayout {
  readonly widths: Readonly<Record<string, number>>
  readonly shown: Readonly<Record<string, boolean>>
}

const none: ColumnLayout = { widths: {}, shown: {} }
const layouts = new Map<string, ColumnLayout>()
const listeners = new Set<() => void>()
const storageKey = (table: string) => `signalbox.columns.${table}`

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(table: string): ColumnLayout {
  const known = layouts.get(table)
  if (known) return known
  const layout = parse(load(table))
  layouts.set(table, layout)
  return layout
}

/** Storage may be switched off in the browser; the layout then lasts as long as the page. */
function load(table: string): string | null {
  try {
    return window.localStorage.getItem(storageKey(table))
  } catch {
    return null
  }
}

function parse(text: string | null): ColumnLayout {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null) return none
    const { widths, shown } = value as { widths?: unknown; shown?: unknown }
    return { widths: pick(widths, 'number'), shown: pick(shown, 'boolean') }
  } catch {
    return none
  }
}

function pick<T>(value: unknown, type: 'number' | 'boolean'): Record<string, T> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === type)) as Record<
    string,
    T
  >
}

function write(table: string, layout: ColumnLayout): void {
  layouts.set(table, layout)
  try {
    if (layout === none) window.localStorage.removeItem(storageKey(table))
    else window.localStorage.setItem(storageKey(table), JSON.stringify(layout))
  } catch {
    // As above: kept for this page alone.
  }
  for (const listener of listeners) listener()
}

/** Widths and visibility of a table's columns, kept in this browser. A table without a name has none. */
export function useColumnLayout(table: string | undefined) {
  const layout = useSyncExternalStore(
    subscribe,
    () => (table === undefined ? none : read(table)),
    () => none,
  )
  const acts = useMemo(() => {
    const change = (part: (before: ColumnLayout) => ColumnLayout) => {
      if (table !== undefined) write(table, part(read(table)))
    }
    return {
      setWidth: (column: string, width: number) =>
        change((before) => ({ ...before, widths: { ...before.widths, [column]: Math.round(width) } })),
      clearWidth: (column: string) =>
        change((before) => {
          const { [column]: _, ...widths } = before.widths
          return { ...before, widths }
        }),
      setShown: (column: string, on: boolean) =>
        change((before) => ({ ...before, shown: { ...before.shown, [column]: on } })),
      reset: () => change(() => none),
    }
  }, [table])
  return { layout, ...acts }
}

interface Sized {
  readonly id: string
  readonly width?: string
  readonly narrow?: 'title' | 'aside' | 'meta' | 'hidden'
  readonly initial?: 'hidden'
}

/** The width a column without its own keeps at least. */
export const restWidth = 190

export function widthOf(column: Sized, layout: ColumnLayout): number | null {
  if (column.width === undefined) return null
  return layout.widths[column.id] ?? Number.parseFloat(column.width)
}

export function isShown(column: Sized, layout: ColumnLayout): boolean {
  return layout.shown[column.id] ?? column.initial !== 'hidden'
}

/** The chosen columns that have room: from the right, the least important give way first. */
export function fitColumns<C extends Sized>(
  columns: readonly C[],
  layout: ColumnLayout,
  room: number,
): readonly C[] {
  const chosen = columns.filter((column) => isShown(column, layout))
  if (room <= 0) return chosen
  const sum = (some: readonly C[]) =>
    some.reduce((total, column) => total + (widthOf(column, layout) ?? restWidth), 0)
  let kept = chosen
  for (const place of ['hidden', 'meta'] as const)
    for (const column of [...kept].reverse()) {
      if (sum(kept) <= room) return kept
      if (column.width !== undefined && (column.narrow ?? 'meta') === place)
        kept = kept.filter((one) => one !== column)
    }
  return kept
}
