'use client'

import { clsx } from 'clsx'
import {
  ArchiveRestore,
  LayoutDashboard,
  type LucideIcon,
  MailX,
  Plus,
  RotateCcw,
  ScrollText,
} from 'lucide-react'
import { usePathname } from 'next/navigation'
import { byTrouble, EnvTag, levelOf, stateWord } from '@/components/features/brokers'
import { totalOf } from '@/components/features/dead-letters'
import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { Pill } from '@/components/ui/pill'
import { StateMark } from '@/components/ui/state-mark'
import { Tip } from '@/components/ui/tip'
import { formatCompact } from '@/lib/format/number'
import { addBrokerPath, brokerPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isMoving, useReplays } from '@/lib/queries/replays'
import { Logo } from './logo.tsx'
import { RailFoot } from './rail-foot.tsx'

const item =
  'flex h-[30px] items-center gap-2.5 rounded-control border border-transparent px-2 font-[550] text-ink-2 hover:bg-surface hover:text-ink'
const here = 'border-line! bg-surface text-ink!'

/** Pages, then brokers with their health and dead-letter counts. Hidden on small screens (see BottomBar). */
export function Rail() {
  return (
    <aside className="flex w-[228px] shrink-0 flex-col border-r bg-sunken max-md:hidden">
      <AppLink href="/" className="flex h-12 shrink-0 items-center gap-2.5 px-4 font-[650] text-[14.5px]">
        <Logo />
        Signalbox
      </AppLink>
      <nav aria-label="Pages" className="px-2">
        <Pages />
      </nav>
      <nav aria-label="Brokers" className="mt-3 flex min-h-0 flex-1 flex-col px-2">
        <h2 className="flex items-center justify-between px-2 pb-1 text-[11.5px] font-[500] text-ink-3">
          Brokers
          <AddBrokerLink />
        </h2>
        <BrokerLinks />
      </nav>
      <RailFoot />
    </aside>
  )
}

function RailLink({
  href,
  icon: Icon,
  label,
  children,
}: {
  href: string
  icon: LucideIcon
  label: string
  children?: React.ReactNode
}) {
  const path = usePathname()
  const active = href === '/' ? path === '/' : path.startsWith(href)
  return (
    <li>
      <AppLink href={href} aria-current={active ? 'page' : undefined} className={clsx(item, active && here)}>
        <Icon className="size-4 shrink-0" aria-hidden />
        {label}
        <span className="ml-auto">{children}</span>
      </AppLink>
    </li>
  )
}

function Pages() {
  const deadLetters = useDeadLetters()
  const replays = useReplays()
  const total = deadLetters.data ? totalOf(deadLetters.data.items) : null
  const running = replays.data?.items.filter((replay) => isMoving(replay)).length ?? 0
  return (
    <ul className="flex flex-col gap-px">
      <RailLink href="/" icon={LayoutDashboard} label="Overview" />
      <RailLink href="/dead-letters" icon={MailX} label="Dead letters">
        {total && total.count > 0 ? (
          <Pill
            tone="crit"
            title={total.unread > 0 ? `and ${total.unread} queues that could not be read` : undefined}
          >
            {formatCompact(total.count)}
            {total.unread > 0 ? '+' : ''}
          </Pill>
        ) : null}
      </RailLink>
      <RailLink href="/replays" icon={RotateCcw} label="Replays">
        {running > 0 ? <Pill>{running} running</Pill> : null}
      </RailLink>
      <RailLink href="/backups" icon={ArchiveRestore} label="Backups" />
      <RailLink href="/audit" icon={ScrollText} label="Audit" />
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

export function BrokerLinks() {
  const path = usePathname()
  const brokers = useBrokers()
  const deadLetters = useDeadLetters()
  if (brokers.isPending) return <p className="px-2 text-ink-3">Loading…</p>
  if (!brokers.data?.length)
    return <p className="px-2 text-ink-3">{brokers.isError ? 'Could not be read' : 'None configured'}</p>
  return (
    <ul className="flex min-h-0 flex-col gap-px overflow-y-auto pb-2">
      {[...brokers.data].sort(byTrouble).map((broker) => {
        const active = path.startsWith(brokerPath(broker.id))
        const total = deadLetters.data ? totalOf(deadLetters.data.items, broker.id) : null
        return (
          <li key={broker.id}>
            <AppLink
              href={broker.state === 'found' ? addBrokerPath({ found: broker.id }) : brokerPath(broker.id)}
              aria-current={active ? 'page' : undefined}
              title={
                broker.state === 'up'
                  ? broker.address
                  : `${stateWord(broker)}: ${broker.reason ?? broker.address}`
              }
              className={clsx(item, 'max-md:h-11', active && here)}
            >
              <StateMark level={levelOf(broker)} label={stateWord(broker)} />
              <Name name={broker.label} className={broker.state === 'found' ? 'text-ink-3' : ''} />
              {broker.state === 'found' ? null : <EnvTag environment={broker.environment} />}
              <span className="ml-auto pl-1 text-[12px] font-[450] text-ink-3 tabular-nums">
                {broker.state === 'found'
                  ? 'found'
                  : total && total.count > 0
                    ? formatCompact(total.count)
                    : ''}
              </span>
            </AppLink>
          </li>
        )
      })}
    </ul>
  )
}
