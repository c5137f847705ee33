import { useSyncExternalStore } from 'react'

export type LiveState = 'connecting' | 'live' | 'lost' | 'paused'

let stream: Exclude<LiveState, 'paused'> = 'connecting'
let paused = false
let lastEventAt: string | null = null
let snapshot: { state: LiveState; lastEventAt: string | null } = { state: 'connecting', lastEventAt: null }
const initial = snapshot
const listeners = new Set<() => void>()

function publish() {
  snapshot = { state: paused ? 'paused' : stream, lastEventAt }
  for (const listener of listeners) listener()
}

export function setStream(next: Exclude<LiveState, 'paused'>): void {
  if (next === stream) return
  stream = next
  publish()
}

export function markEvent(): void {
  lastEventAt = new Date().toISOString()
  publish()
}

/** Paused: nothing on the page moves by itself; what the person does still happens. */
export function setPaused(next: boolean): void {
  paused = next
  publish()
}

export function isPaused(): boolean {
  return paused
}

/** Nothing comes in by itself now: what is to stay fresh must be asked for. */
export function isLost(): boolean {
  return stream !== 'live'
}

/** A poll that stands still while paused. */
export function every(ms: number): () => number | false {
  return () => (paused ? false : ms)
}

export function useLiveState() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => snapshot,
    () => initial,
  )
}
