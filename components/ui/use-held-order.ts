'use client'

import { useMemo, useState } from 'react'
import { holdOrder } from './held-order.ts'

/** A list whose order changes by itself, and must not while somebody points at it. */
export interface LiveOrder<Row> {
  /** Filter and sort as one word: when a person changes them, the new order counts at once. */
  readonly view: string
  /** A row that is still there, but no longer in the list. */
  readonly find: (key: string) => Row | undefined
}

/** The rows to draw: in place while `held`, else as they come. */
export function useHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  live: LiveOrder<Row> | undefined,
  held: boolean,
) {
  const [order, setOrder] = useState<{ view: string; keys: readonly string[] } | null>(null)
  const isHeld = held && live !== undefined
  if (!isHeld && order) setOrder(null)
  if (isHeld && order?.view !== live.view) setOrder({ view: live.view, keys: rows.map(keyOf) })
  const shown = useMemo(
    () =>
      isHeld && order?.view === live.view
        ? holdOrder(order.keys, rows, keyOf, live.find)
        : { rows, moved: 0 },
    [isHeld, order, live, rows, keyOf],
  )
  return { ...shown, release: () => live && setOrder({ view: live.view, keys: rows.map(keyOf) }) }
}
