'use client'

import { useSyncExternalStore } from 'react'
import { nameOfSeries, type SeriesOf } from '@/lib/queries/series'

export const mostCompared = 8
const storageKey = 'signalbox.compare'

/** `broker/destination/group/node/metric`, each percent-encoded; several parted by commas. */
export function printCompared(list: readonly SeriesOf[]): string | null {
  return list.length === 0 ? null : list.map(nameOfSeries).join(',')
}

/** What cannot be read is left out; no series twice, and no more than eight. */
export function parseCompared(text: string | null): SeriesOf[] {
  const found = new Map<string, SeriesOf>()
  for (const part of (text ?? '').split(',')) {
    const one = parseOne(part)
    if (one && found.size < mostCompared) found.set(nameOfSeries(one), one)
  }
  return [...found.values()]
}

function parseOne(text: string): SeriesOf | null {
  const parts = text.split('/')
  if (parts.length !== 5) return null
  try {
    const [broker, destination, group, node, metric] = parts.map(decodeURIComponent)
    if (!broker || !metric) return null
    return {
      broker,
      ...(destination ? { destination } : {}),
      ...(group ? { group } : {}),
      ...(node ? { node } : {}),
      metric,
    }
  } catch {
    return null
  }
}

/** What was put aside to be compared, for as long as this tab is open. */
let list: readonly SeriesOf[] | null = null
const empty: readonly SeriesOf[] = []
const listeners = new Set<() => void>()

export function readCompared(): readonly SeriesOf[] {
  if (list) return list
  try {
    list = parseCompared(window.sessionStorage.getItem(storageKey))
  } catch {
    list = empty
  }
  return list
}

export function setCompared(next: readonly SeriesOf[]): void {
  list = next.slice(0, mostCompared)
  try {
    window.sessionStorage.setItem(storageKey, printCompared(list) ?? '')
  } catch {
    // Storage may be switched off: kept for this page alone.
  }
  for (const listener of listeners) listener()
}

/** Adds what is not there yet; takes out all of them where all are there. */
export function toggleCompared(some: readonly SeriesOf[]): void {
  const before = readCompared()
  const names = new Set(some.map(nameOfSeries))
  const rest = before.filter((one) => !names.has(nameOfSeries(one)))
  setCompared(rest.length === before.length - names.size ? rest : [...rest, ...some])
}

export function useCompared(): readonly SeriesOf[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    readCompared,
    () => empty,
  )
}
