'use client'

import { useSyncExternalStore } from 'react'

let nowMs = 0
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function watch(changed: () => void) {
  listeners.add(changed)
  if (!timer) {
    nowMs = Date.now()
    timer = setInterval(() => {
      nowMs = Date.now()
      for (const listener of listeners) listener()
    }, 1000)
  }
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, one tick a second for the whole page: ages are drawn from it. */
export function useNow(): number {
  return useSyncExternalStore(watch, current, () => 0)
}

function current(): number {
  if (nowMs === 0) nowMs = Date.now()
  return nowMs
}
