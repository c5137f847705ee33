'use client'

import type { ReactNode } from 'react'
import { TopBarEnd } from '@/components/ui/page'
import { useLive } from '@/lib/queries/live'
import { BottomBar } from './bottom-bar.tsx'
import { LiveStatus } from './live-status.tsx'
import { Rail } from './rail.tsx'
import { Shortcuts } from './shortcuts.tsx'

/** Rail, top bar and live stream around every page of the console. */
export function Shell({ children }: { children: ReactNode }) {
  useLive()
  return (
    <div className="flex h-dvh max-md:flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <Rail />
      <TopBarEnd value={<LiveStatus />}>{children}</TopBarEnd>
      <BottomBar />
      <Shortcuts />
    </div>
  )
}
