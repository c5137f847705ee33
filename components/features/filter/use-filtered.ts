'use client'

import { useMemo } from 'react'
import { type Chip, type FieldTable, readFilter, splitChips } from '@/lib/domain/filter'
import type { LineFilter } from './use-filter.ts'

/** Rows the line finds, and how many each chip would find together with the rest of it. */
export function useFiltered<Row>(
  all: readonly Row[],
  filter: Pick<LineFilter<Row>, 'matches' | 'applied'>,
  table: FieldTable<Row>,
  chips: readonly Chip[],
) {
  const { matches, applied } = filter
  const rows = useMemo(() => {
    const now = Date.now()
    return applied === '' ? all : all.filter((row) => matches(row, now))
  }, [all, matches, applied])
  const counts = useMemo(() => countChips(all, applied, table, chips), [all, applied, table, chips])
  return { rows, counts }
}

/** One pass: the rest of the line first, then every chip over what it leaves. */
export function countChips<Row>(
  all: readonly Row[],
  line: string,
  table: FieldTable<Row>,
  chips: readonly Chip[],
): Record<string, number> {
  const now = Date.now()
  const rest = readFilter(splitChips(line, chips).rest, table)
  const tests = chips.map((chip) => ({ id: chip.id, filter: readFilter(chip.clause, table) }))
  const counts: Record<string, number> = { all: 0 }
  for (const { id } of tests) counts[id] = 0
  for (const row of all) {
    if (!rest.ok || !rest.matches(row, now)) continue
    counts.all = (counts.all ?? 0) + 1
    for (const { id, filter } of tests)
      if (filter.ok && filter.matches(row, now)) counts[id] = (counts[id] ?? 0) + 1
  }
  return counts
}
