'use client'

import { clsx } from 'clsx'
import { Ellipsis, LayoutDashboard, type LucideIcon, MailX, RotateCcw, Server } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import { totalOf } from '@/components/features/dead-letters'
import { AppLink } from '@/components/ui/link'
import { formatCompact } from '@/lib/format/number'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isOn } from './pages.ts'

const BottomSheet = dynamic(() => import('./bottom-sheets.tsx').then((file) => file.BottomSheet), {
  ssr: false,
})
const slot = 'relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] font-[550]'
const inBar = ['/', '/dead-letters', '/replays']

/** The rail of small screens: five places in reach of a thumb. */
export function BottomBar() {
  const path = usePathname()
  const [sheet, setSheet] = useState<'brokers' | 'more' | null>(null)
  const deadLetters = useDeadLetters()
  const total = deadLetters.data ? totalOf(deadLetters.data.items).count : 0
  const [openAt, setOpenAt] = useState(path)
  useEffect(() => {
    // Following a link out of a sheet closes it.
    if (openAt !== path) {
      setOpenAt(path)
      setSheet(null)
    }
  }, [path, openAt])
  return (
    <nav aria-label="Pages" className="flex shrink-0 border-t bg-sunken md:hidden">
      <Place href="/" icon={LayoutDashboard} path={path}>
        Overview
      </Place>
      <Place href="/dead-letters" icon={MailX} path={path} count={total}>
        Dead letters
      </Place>
      <Place href="/replays" icon={RotateCcw} path={path}>
        Replays
      </Place>
      <button
        type="button"
        aria-haspopup="dialog"
        className={clsx(slot, isOn(path, '/brokers') ? 'text-accent-ink' : 'text-ink-2')}
        onClick={() => setSheet('brokers')}
      >
        <Server className="size-5" aria-hidden />
        Brokers
      </button>
      <button
        type="button"
        aria-haspopup="dialog"
        className={clsx(slot, 'text-ink-2')}
        onClick={() => setSheet('more')}
      >
        <Ellipsis className="size-5" aria-hidden />
        More
      </button>
      {sheet ? <BottomSheet sheet={sheet} beside={inBar} onClose={() => setSheet(null)} /> : null}
    </nav>
  )
}

function Place({
  href,
  icon: Icon,
  path,
  count = 0,
  children,
}: {
  href: string
  icon: LucideIcon
  path: string
  count?: number
  children: ReactNode
}) {
  const active = isOn(path, href)
  return (
    <AppLink
      href={href}
      aria-current={active ? 'page' : undefined}
      className={clsx(slot, active ? 'text-accent-ink' : 'text-ink-2')}
    >
      <Icon className="size-5" aria-hidden />
      {children}
      {count > 0 ? (
        <span className="absolute top-1 left-1/2 ml-1.5 rounded-full bg-crit px-1.5 text-[10px] font-[650] leading-4 text-on-crit">
          {formatCompact(count)}
          <span className="sr-only"> messages</span>
        </span>
      ) : null}
    </AppLink>
  )
}
