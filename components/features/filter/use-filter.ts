'use client'

import { usePathname } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useUrlState } from '@/components/ui/use-url-state'
import { type FieldTable, type FilterError, readFilter } from '@/lib/domain/filter'

export interface LineFilter<Row> {
  /** What stands in the line. */
  readonly text: string
  readonly setText: (text: string) => void
  /** The newest line that could be read: what the list shows. */
  readonly applied: string
  readonly matches: (row: Row, nowMs: number) => boolean
  readonly error: FilterError | null
  /** Writes the line into the address now. */
  readonly rest: () => void
}

interface Options {
  /** The line where the address names none. */
  readonly initial?: string
  /** Reads an address of the time before the one grammar. */
  readonly old?: (get: (name: string) => string | null) => string | null
}

/** Parameters of old addresses, taken out once they have become a line. */
const oldNames = ['q', 'show', 'broker']
const restMs = 300

/**
 * The filter line of a list. What is typed counts at once and stands in the address a moment later, so that a
 * keystroke costs no navigation; going back, or a link, puts its own line there.
 */
export function useFilter<Row>(table: FieldTable<Row>, { initial = '', old }: Options = {}): LineFilter<Row> {
  const { get } = useUrlState()
  const path = usePathname()
  const inUrl = get('filter')
  const start = inUrl ?? old?.(get) ?? initial
  const [line, setLine] = useState(() => ({ text: start, applied: isReadable(start, table) ? start : '' }))
  const seen = useRef(inUrl)
  const newest = useRef(line.text)
  newest.current = line.text
  const setText = useCallback(
    (text: string) =>
      setLine((before) => ({ text, applied: isReadable(text, table) ? text : before.applied })),
    [table],
  )
  useEffect(() => {
    if (inUrl === seen.current) return
    seen.current = inUrl
    setText(inUrl ?? initial)
  }, [inUrl, initial, setText])
  const rest = useCallback(() => {
    if (window.location.pathname !== path) return
    const text = newest.current
    const next = new URLSearchParams(window.location.search)
    // An empty line is said only where the page would otherwise start with one of its own.
    if (text === initial) next.delete('filter')
    else next.set('filter', text)
    for (const name of oldNames) next.delete(name)
    const query = next.toString()
    if (query === window.location.search.slice(1)) return
    seen.current = next.get('filter')
    window.history.replaceState(null, '', query ? `${path}?${query}` : path)
  }, [path, initial])
  useEffect(() => {
    if (line.text === (inUrl ?? initial)) return
    const timer = setTimeout(rest, restMs)
    return () => clearTimeout(timer)
  }, [line.text, inUrl, initial, rest])
  return useMemo(() => {
    const now = readFilter(line.text, table)
    const applied = line.text === line.applied ? now : readFilter(line.applied, table)
    return {
      text: line.text,
      setText,
      applied: line.applied,
      matches: applied.ok ? applied.matches : () => true,
      error: now.ok ? null : now.error,
      rest,
    }
  }, [line, table, setText, rest])
}

function isReadable<Row>(text: string, table: FieldTable<Row>): boolean {
  return readFilter(text, table).ok
}
