'use client'

import { Search } from 'lucide-react'
import { openPalette } from './palette-store.ts'
import { useCommandKey } from './use-command-key.ts'

/** Opens the palette: a box where there is room, a button where there is not. */
export function SearchBox() {
  const command = useCommandKey()
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => openPalette()}
      className="flex h-[30px] shrink-0 items-center gap-2 rounded-control border border-control bg-sunken px-2.5 text-ink-3 hover:text-ink lg:w-[250px] max-lg:size-[30px] max-lg:justify-center max-lg:px-0 max-md:size-9"
    >
      <Search className="size-3.5 shrink-0 max-md:size-4" aria-hidden />
      <span className="truncate max-lg:sr-only">Search or jump to</span>
      <kbd
        aria-hidden
        className="ml-auto whitespace-nowrap rounded-[4px] border border-line-strong bg-surface px-1.5 font-mono text-[10.5px] leading-4 max-lg:hidden"
      >
        {command}
      </kbd>
    </button>
  )
}
