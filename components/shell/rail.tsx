'use client'

import { clsx } from 'clsx'
import { Plus } from 'lucide-react'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { totalOf } from '@/components/features/dead-letters'
import { AppLink } from '@/components/ui/link'
import { Pill } from '@/components/ui/pill'
import { Tip } from '@/components/ui/tip'
import { formatCompact } from '@/lib/format/number'
import { addBrokerPath } from '@/lib/format/paths'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isMoving, useReplays } from '@/lib/queries/replays'
import { BrokerLinks } from './broker-links.tsx'
import { Logo } from './logo.tsx'
import { isOn, pages } from './pages.ts'
import { RailFoot } from './rail-foot.tsx'
import { railHere, railItem } from './rail-looks.ts'

/** Pages, then brokers, then what never scrolls away. Hidden on small screens (see BottomBar). */
export function Rail() {
  return (
    <aside className="flex w-[228px] shrink-0 flex-col border-r bg-sunken max-md:hidden">
      <AppLink href="/" className="flex h-12 shrink-0 items-center gap-2.5 px-4 font-[650] text-[14.5px]">
        <Logo />
        Signalbox
      </AppLink>
      <div className="flex min-h-0 flex-1 flex-col [@media(max-height:560px)]:overflow-y-auto">
        <nav aria-label="Pages" className="shrink-0 px-2">
          <Pages />
        </nav>
        <nav
          aria-label="Brokers"
          className="mt-3 flex min-h-0 flex-1 flex-col px-2 [@media(max-height:560px)]:min-h-max"
        >
          <div className="flex h-7 shrink-0 items-center justify-between pl-2">
            <h2 className="text-[11.5px] font-[500] text-ink-3">Brokers</h2>
            <AddBrokerLink />
          </div>
          <BrokerLinks />
        </nav>
      </div>
      <div className="shrink-0 border-t">
        <RailFoot />
      </div>
    </aside>
  )
}

function Pages() {
  const path = usePathname()
  const marks: Readonly<Record<string, ReactNode>> = {
    '/dead-letters': <DeadLetterMark />,
    '/replays': <RunningMark />,
  }
  return (
    <ul className="flex flex-col gap-px">
      {pages
        .filter(({ place }) => place === 'rail')
        .map(({ href, label, icon: Icon }) => {
          const active = isOn(path, href)
          return (
            <li key={href}>
              <AppLink
                href={href}
                aria-current={active ? 'page' : undefined}
                className={clsx(railItem, active && railHere)}
              >
                <Icon className="size-4 shrink-0" aria-hidden />
                {label}
                <span className="ml-auto">{marks[href]}</span>
              </AppLink>
            </li>
          )
        })}
    </ul>
  )
}

function AddBrokerLink() {
  return (
    <Tip text="Add a broker">
      <AppLink
        href={addBrokerPath()}
        aria-label="Add a broker"
        className="flex size-6 items-center justify-center rounded-control text-ink-2 hover:bg-surface hover:text-ink"
      >
        <Plus className="size-3.5" aria-hidden />
      </AppLink>
    </Tip>
  )
}

function DeadLetterMark() {
  const { data } = useDeadLetters()
  const total = data ? totalOf(data.items) : null
  if (!total || total.count === 0) return null
  const unread = total.unread > 0 ? `and ${total.unread} queues that could not be read` : undefined
  return (
    <Pill tone="crit" title={unread}>
      {formatCompact(total.count)}
      {total.unread > 0 ? '+' : ''}
    </Pill>
  )
}

function RunningMark() {
  const { data } = useReplays()
  const running = data?.items.filter((replay) => isMoving(replay)).length ?? 0
  return running > 0 ? <Pill>{running} running</Pill> : null
}
