'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => undefined
const isMac = () => /mac|iphone|ipad/i.test(navigator.platform)

/** "⌘ K" or "Ctrl K", as this machine's keyboard has it. */
export function useCommandKey(): string {
  return useSyncExternalStore(never, isMac, () => false) ? '⌘ K' : 'Ctrl K'
}
