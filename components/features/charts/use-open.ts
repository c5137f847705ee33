'use client'

import { useSyncExternalStore } from 'react'

/** What kind of page charts stand on: open or closed is remembered for each. */
export type ChartPlace = 'broker' | 'destination' | 'dead-letters' | 'group'

/** Room enough for charts above a list that scrolls by itself. */
const roomy = '(min-width: 768px) and (min-height: 720px)'
const listeners = new Set<() => void>()
const storageKey = (place: ChartPlace) => `signalbox.charts.${place}`
const chosen = new Map<string, boolean>()

function read(place: ChartPlace): boolean | null {
  const known = chosen.get(place)
  if (known !== undefined) return known
  try {
    const stored = window.localStorage.getItem(storageKey(place))
    return stored === null ? null : stored === 'open'
  } catch {
    return null
  }
}

function watch(changed: () => void) {
  const media = window.matchMedia(roomy)
  media.addEventListener('change', changed)
  listeners.add(changed)
  return () => {
    media.removeEventListener('change', changed)
    listeners.delete(changed)
  }
}

/** Of a group they are what the page is for; where messages died, the messages are. */
function defaultOf(place: ChartPlace): boolean {
  if (place === 'group') return true
  return place !== 'dead-letters' && window.matchMedia(roomy).matches
}

/** Whether the charts of a kind of page are shown: as last chosen in this browser, else where there is room. */
export function useOpen(place: ChartPlace) {
  const isOpen = useSyncExternalStore(
    watch,
    () => read(place) ?? defaultOf(place),
    () => false,
  )
  const setOpen = (next: boolean) => {
    chosen.set(place, next)
    try {
      window.localStorage.setItem(storageKey(place), next ? 'open' : 'closed')
    } catch {
      // Storage may be switched off: kept for this page alone.
    }
    for (const listener of listeners) listener()
  }
  return { isOpen, setOpen }
}
