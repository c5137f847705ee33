'use client'

import type { Route } from 'next'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useZoneToggle } from '@/components/ui/time'
import { useKeys, useSequence } from '@/components/ui/use-keys'
import { pages } from './pages.ts'
import { openPalette } from './palette/palette-store.ts'
import { closeShortcuts, openShortcuts, useShortcutsOpen } from './shortcuts-store.ts'

const ShortcutSheet = dynamic(() => import('./shortcut-sheet.tsx').then((file) => file.ShortcutSheet), {
  ssr: false,
})

/** The keys that work everywhere, and the sheet that lists them. */
export function Shortcuts() {
  const router = useRouter()
  const open = useShortcutsOpen()
  const toggleZone = useZoneToggle()
  useKeys({ '?': openShortcuts, z: toggleZone })
  useSequence('g', {
    b: () => openPalette('brokers'),
    ...Object.fromEntries(
      pages.flatMap(({ key, href }) => (key ? [[key, () => router.push(href as Route)]] : [])),
    ),
  })
  return open ? <ShortcutSheet onClose={closeShortcuts} /> : null
}
