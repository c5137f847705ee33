'use client'

import { useCallback, useMemo } from 'react'
import { useUrlState } from '@/components/ui/use-url-state'
import { fixedRange, parseRange, printRange, type TimeRange } from '@/lib/domain/time-range'

/**
 * The time all charts of the page show, kept in the address as one word (`from` is where a look at messages begins).
 * Each choice is a step of the browser's history: going back undoes a zoom.
 */
export function useRange() {
  const { get, set } = useUrlState()
  const text = get('range')
  const range = useMemo(() => parseRange(text), [text])
  const choose = useCallback((next: TimeRange) => set({ range: printRange(next) }, 'push'), [set])
  const zoom = useCallback((fromMs: number, toMs: number) => choose(fixedRange(fromMs, toMs)), [choose])
  return { range, choose, zoom }
}
