'use client'

import { clsx } from 'clsx'
import { type ReactNode, useEffect, useRef } from 'react'
import { AppLink } from './link.tsx'

export interface Tab {
  readonly id: string
  readonly label: string
  readonly href: string
  readonly count?: string | undefined
}

/** Tabs that are links: each view has its own address. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const box = useRef<HTMLElement>(null)
  // On a small screen the tab that is open may lie beyond the edge.
  useEffect(() => {
    const nav = box.current
    const open = nav?.querySelector<HTMLElement>('[aria-current="page"]')
    if (current && nav && open) nav.scrollLeft = open.offsetLeft - nav.offsetLeft - nav.clientWidth / 2
  }, [current])
  return (
    <nav
      ref={box}
      aria-label={label}
      className="overflow-x-auto overflow-y-hidden border-b [scrollbar-width:none]"
    >
      <ul className="flex gap-5">
        {tabs.map((tab) => (
          <li key={tab.id}>
            <AppLink
              href={tab.href}
              replace
              scroll={false}
              aria-current={tab.id === current ? 'page' : undefined}
              className={clsx(
                '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 font-[550]',
                tab.id === current
                  ? 'border-accent text-ink'
                  : 'border-transparent text-ink-3 hover:text-ink-2',
              )}
            >
              {tab.label}
              {tab.count ? <span className="font-[450] tabular-nums">{tab.count}</span> : null}
            </AppLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The same shape inside one view (the drawer): buttons, since the choice is not a place of its own. */
export function LocalTabs({
  label,
  tabs,
  current,
  onChange,
}: {
  label: string
  tabs: readonly { id: string; label: ReactNode }[]
  current: string
  onChange: (id: string) => void
}) {
  return (
    <div
      role="tablist"
      aria-label={label}
      className="flex shrink-0 gap-5 overflow-x-auto overflow-y-hidden border-b [scrollbar-width:none]"
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === current}
          tabIndex={tab.id === current ? 0 : -1}
          onClick={() => onChange(tab.id)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
            if (!step) return
            const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]
            if (next) onChange(next.id)
            const list = event.currentTarget.parentElement?.children
            ;(list?.[next ? tabs.indexOf(next) : 0] as HTMLElement | undefined)?.focus()
          }}
          className={clsx(
            '-mb-px h-8.5 whitespace-nowrap border-b-2 font-[550]',
            tab.id === current ? 'border-accent text-ink' : 'border-transparent text-ink-3 hover:text-ink-2',
          )}
        >
          {tab.label}
        </button>
      ))}
    </div>
  )
}
