'use client'

import { useSyncExternalStore } from 'react'

/** The moment that is pointed at, in whichever chart of the page; null: none. */
let atMs: number | null = null
const listeners = new Set<() => void>()

export function pointAt(next: number | null): void {
  if (next === atMs) return
  atMs = next
  for (const listener of listeners) listener()
}

export function useCrosshair(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => atMs,
    () => null,
  )
}
