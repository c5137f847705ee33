'use client'

import { useSyncExternalStore } from 'react'

/** Below 768 px: two-line rows, bottom bar, full-page drawer. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watchNarrow, isNarrow, () => false)
}

const query = '(max-width: 767px)'
const isNarrow = () => window.matchMedia(query).matches
function watchNarrow(changed: () => void) {
  const list = window.matchMedia(query)
  list.addEventListener('change', changed)
  return () => list.removeEventListener('change', changed)
}
