import { useSyncExternalStore } from 'react'

export type PaletteScope = 'everything' | 'brokers'
interface PaletteState {
  readonly scope: PaletteScope | null
  /** What was typed before the palette was there to take it. */
  readonly typed: string
}

const closed: PaletteState = { scope: null, typed: '' }
let state = closed
let isReady = false
const listeners = new Set<() => void>()

function set(next: PaletteState): void {
  state = next
  for (const listener of listeners) listener()
}

/** What is typed while the palette is on its way is kept for it, and does nothing to the page beneath. */
function keep(event: KeyboardEvent): void {
  if (isReady || state.scope === null || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  event.stopPropagation()
  if (event.key === 'Escape') closePalette()
  else if (event.key === 'Backspace') set({ ...state, typed: state.typed.slice(0, -1) })
  else if (event.key.length === 1) set({ ...state, typed: state.typed + event.key })
}

export function openPalette(scope: PaletteScope = 'everything'): void {
  if (state.scope !== null) return
  isReady = false
  document.addEventListener('keydown', keep, true)
  set({ scope, typed: '' })
}

export function closePalette(): void {
  document.removeEventListener('keydown', keep, true)
  set(closed)
}

/** The palette has the keyboard from now on; answers what was typed before. */
export function takeTyped(): string {
  isReady = true
  document.removeEventListener('keydown', keep, true)
  return state.typed
}

export function usePaletteScope(): PaletteScope | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state.scope,
    () => null,
  )
}
