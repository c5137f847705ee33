'use client'

import { useSyncExternalStore } from 'react'

/** What a person has done in the sandbox that the server does not know of. */
export type TryStep = 'opened' | 'read' | 'dismissed'

const storageKey = 'signalbox-try'
const listeners = new Set<() => void>()
const none: readonly TryStep[] = []
let cached: { text: string | null; steps: readonly TryStep[] } = { text: null, steps: none }

function read(): readonly TryStep[] {
  let text: string | null = null
  try {
    text = localStorage.getItem(storageKey)
  } catch {
    // Storage is refused: the steps start anew on every visit.
  }
  if (text !== cached.text) cached = { text, steps: text ? (text.split(',') as TryStep[]) : none }
  return cached.steps
}

export function noteStep(step: TryStep): void {
  const steps = read()
  if (steps.includes(step)) return
  try {
    localStorage.setItem(storageKey, [...steps, step].join(','))
  } catch {
    return
  }
  for (const listener of listeners) listener()
}

export function useSteps(): readonly TryStep[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    read,
    () => none,
  )
}
