'use client'

import { Plus } from 'lucide-react'
import { Dialog } from '@/components/ui/dialog'
import { AppLink } from '@/components/ui/link'
import { addBrokerPath } from '@/lib/format/paths'
import { BrokerLinks } from './broker-links.tsx'
import { pages, type ShellPage } from './pages.ts'
import { RailFoot } from './rail-foot.tsx'

/** What the bottom bar has no room for. */
export function BottomSheet({
  sheet,
  beside,
  onClose,
}: {
  sheet: 'brokers' | 'more'
  /** Pages that have a place in the bar itself. */
  beside: readonly string[]
  onClose: () => void
}) {
  if (sheet === 'brokers')
    return (
      <Dialog open onClose={onClose} title="Brokers">
        <BrokerLinks />
        <AppLink href={addBrokerPath()} className="flex h-11 items-center gap-2.5 px-2 font-[550] text-ink-2">
          <Plus className="size-4" aria-hidden />
          Add a broker
        </AppLink>
      </Dialog>
    )
  const rest = pages.filter(({ href, place }) => place === 'rail' && !beside.includes(href))
  return (
    <Dialog open onClose={onClose} title="More">
      {rest.map((page) => (
        <PageRow key={page.href} page={page} />
      ))}
      <div className="-mx-2">
        <RailFoot />
      </div>
    </Dialog>
  )
}

function PageRow({ page: { href, label, icon: Icon } }: { page: ShellPage }) {
  return (
    <AppLink href={href} className="flex h-11 items-center gap-2.5 font-[550] text-ink-2">
      <Icon className="size-4" aria-hidden />
      {label}
    </AppLink>
  )
}
