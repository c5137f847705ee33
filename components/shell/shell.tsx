'use client'

import type { ReactNode } from 'react'
import { ShellSlots } from '@/components/ui/page'
import { useKeepZone } from '@/components/ui/time'
import { useLive } from '@/lib/queries/live'
import { BottomBar } from './bottom-bar.tsx'
import { LiveStatus } from './live-status.tsx'
import { PageNotice } from './page-notice.tsx'
import { PaletteHost } from './palette/palette-host.tsx'
import { SearchBox } from './palette/search-box.tsx'
import { Rail } from './rail.tsx'
import { Shortcuts } from './shortcuts.tsx'

const slots = { search: <SearchBox />, end: <LiveStatus />, notice: <PageNotice /> }

/** Rail, top bar and live stream around every page of the console. */
export function Shell({ children }: { children: ReactNode }) {
  useLive()
  useKeepZone()
  return (
    <div className="flex h-dvh max-md:flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:border focus:border-line-strong focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <Rail />
      <ShellSlots value={slots}>{children}</ShellSlots>
      <BottomBar />
      <Shortcuts />
      <PaletteHost />
    </div>
  )
}
