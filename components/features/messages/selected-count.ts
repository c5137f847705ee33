import { useEffect, useSyncExternalStore } from 'react'

let selected = 0
const listeners = new Set<() => void>()

function publish(count: number): void {
  if (count === selected) return
  selected = count
  for (const listener of listeners) listener()
}

/** Tells the open message beside the list how many are ticked: its own acts then stand back. */
export function usePublishSelected(count: number): void {
  useEffect(() => {
    publish(count)
    return () => publish(0)
  }, [count])
}

export function useSelectedCount(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => selected,
    () => 0,
  )
}
