'use client'

import { ArrowLeft, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton, Key } from '@/components/ui/button'
import { useNarrow } from '@/components/ui/use-media'

const widths = { middle: 'w-[min(460px,42vw)]', wide: 'w-[min(520px,46vw)]' }

/** One row of a list, beside it; on a small screen a page of its own. */
export function Drawer({
  name,
  title,
  width,
  onClose,
  children,
}: {
  /** What is in it: "Message". */
  name: string
  title: ReactNode
  width: keyof typeof widths
  onClose: () => void
  children: ReactNode
}) {
  const box = useRef<HTMLElement>(null)
  const narrow = useNarrow()
  useEffect(() => {
    // Where it covers the list the keyboard goes with it; beside the list, the list keeps it.
    if (narrow) box.current?.focus()
  }, [narrow])
  return (
    <aside
      ref={box}
      aria-label={name}
      data-drawer=""
      tabIndex={-1}
      className={`focus-visible:-outline-offset-2 flex ${widths[width]} shrink-0 animate-slide flex-col border-l bg-raised max-md:fixed max-md:inset-0 max-md:z-30 max-md:w-full max-md:border-l-0`}
    >
      <header className="flex h-[50px] shrink-0 items-center gap-2 border-b pr-3 pl-4">
        <span className="md:hidden">
          <IconButton label="Back to the list" onClick={onClose}>
            <ArrowLeft aria-hidden />
          </IconButton>
        </span>
        <h2 className="min-w-0 flex-1 truncate font-[640] text-[14px]">{title}</h2>
        <span className="flex gap-1 text-ink-3 max-md:hidden">
          <Key>j</Key>
          <Key>k</Key>
        </span>
        <span className="max-md:hidden">
          <IconButton label={`Close the ${name.toLowerCase()}`} onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </span>
      </header>
      {children}
    </aside>
  )
}
