'use client'

import { useSyncExternalStore } from 'react'

function watcherOf(query: string) {
  const matches = () => window.matchMedia(query).matches
  const watch = (changed: () => void) => {
    const list = window.matchMedia(query)
    list.addEventListener('change', changed)
    return () => list.removeEventListener('change', changed)
  }
  return { matches, watch }
}

const narrow = watcherOf('(max-width: 767px)')
const tight = watcherOf('(max-width: 1179px)')

/** Below 768 px: two-line rows, bottom bar, full-page drawer. */
export function useNarrow(): boolean {
  return useSyncExternalStore(narrow.watch, narrow.matches, () => false)
}

/** Beside the rail there is no room for every column of a wide table. */
export function useTight(): boolean {
  return useSyncExternalStore(tight.watch, tight.matches, () => false)
}
