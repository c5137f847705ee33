'use client'

import { clsx } from 'clsx'
import { Ellipsis, LayoutDashboard, type LucideIcon, MailX, Plus, RotateCcw, Server } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import { totalOf } from '@/components/features/dead-letters'
import { Dialog } from '@/components/ui/dialog'
import { AppLink } from '@/components/ui/link'
import { formatCompact } from '@/lib/format/number'
import { addBrokerPath } from '@/lib/format/paths'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { BrokerLinks } from './rail.tsx'
import { RailFoot } from './rail-foot.tsx'

const slot = 'relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] font-[550]'

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
      <Place href="/" icon={LayoutDashboard} active={path === '/'}>
        Overview
      </Place>
      <Place href="/dead-letters" icon={MailX} active={path.startsWith('/dead-letters')} count={total}>
        Dead letters
      </Place>
      <Place href="/replays" icon={RotateCcw} active={path.startsWith('/replays')}>
        Replays
      </Place>
      <button
        type="button"
        className={clsx(slot, path.startsWith('/brokers') ? 'text-accent-ink' : 'text-ink-2')}
        onClick={() => setSheet('brokers')}
      >
        <Server className="size-5" aria-hidden />
        Brokers
      </button>
      <button type="button" className={clsx(slot, 'text-ink-2')} onClick={() => setSheet('more')}>
        <Ellipsis className="size-5" aria-hidden />
        More
      </button>
      <Dialog open={sheet === 'brokers'} onClose={() => setSheet(null)} title="Brokers">
        <BrokerLinks />
        <AppLink href={addBrokerPath()} className="flex h-11 items-center gap-2.5 px-2 font-[550] text-ink-2">
          <Plus className="size-4" aria-hidden />
          Add a broker
        </AppLink>
      </Dialog>
      <Dialog open={sheet === 'more'} onClose={() => setSheet(null)} title="More">
        <AppLink href="/backups" className="flex h-11 items-center px-2 font-[550] text-ink-2">
          Backups
        </AppLink>
        <AppLink href="/audit" className="flex h-11 items-center px-2 font-[550] text-ink-2">
          Audit
        </AppLink>
        <div className="-mx-2">
          <RailFoot />
        </div>
      </Dialog>
    </nav>
  )
}

function Place({
  href,
  icon: Icon,
  active,
  count = 0,
  children,
}: {
  href: string
  icon: LucideIcon
  active: boolean
  count?: number
  children: ReactNode
}) {
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
        </span>
      ) : null}
    </AppLink>
  )
}
