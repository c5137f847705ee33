'use client'

import { useCallback, useEffect, useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'
const storageKey = 'signalbox-theme'
const listeners = new Set<() => void>()

function read(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored === 'dark' || stored === 'light' ? stored : 'system'
  } catch {
    return 'system'
  }
}

function apply(choice: ThemeChoice) {
  const dark =
    choice === 'dark' || (choice === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

/** The person's theme; `system` follows the machine as it changes. */
export function useTheme() {
  const choice = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    read,
    () => 'system' as const,
  )
  useEffect(() => {
    if (choice !== 'system') return
    const list = window.matchMedia('(prefers-color-scheme: dark)')
    const follow = () => apply('system')
    list.addEventListener('change', follow)
    return () => list.removeEventListener('change', follow)
  }, [choice])
  const setChoice = useCallback((next: ThemeChoice) => {
    try {
      if (next === 'system') localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, next)
    } catch {
      // Storage is refused: the choice lasts until the page is left.
    }
    apply(next)
    for (const listener of listeners) listener()
  }, [])
  return { choice, setChoice }
}
