'use client'

import dynamic from 'next/dynamic'
import { useEffect } from 'react'
import { closePalette, openPalette, usePaletteScope } from './palette-store.ts'

// Loaded when it is first asked for: no page pays for it.
const Palette = dynamic(() => import('./palette.tsx').then((file) => file.Palette), { ssr: false })

/** Ctrl-K or ⌘-K anywhere, also while typing; under a dialog it stays closed. */
export function PaletteHost() {
  const scope = usePaletteScope()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      if (event.altKey || event.shiftKey || event.defaultPrevented) return
      // The browser's own search field stays away in any case.
      event.preventDefault()
      if (scope !== null) closePalette()
      else if (!document.querySelector('[role="dialog"][data-state="open"]')) openPalette()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [scope])
  return scope ? <Palette scope={scope} onClose={closePalette} /> : null
}
