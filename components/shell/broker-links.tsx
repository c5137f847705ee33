'use client'

import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { EnvTag, levelOf, stateWord } from '@/components/features/brokers'
import { totalOf } from '@/components/features/dead-letters'
import { Input } from '@/components/ui/field'
import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { StateMark } from '@/components/ui/state-mark'
import { countOf, formatCompact } from '@/lib/format/number'
import { addBrokerPath, brokerPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import type { Broker } from '@/lib/schemas/broker'
import { isOn } from './pages.ts'
import { fewBrokers, groupBrokers, type RailGroup } from './rail-groups.ts'
import { railHere, railItem } from './rail-looks.ts'

/** Brokers with their health and dead-letter counts. Many of them have a filter and a scroll of their own. */
export function BrokerLinks() {
  const path = usePathname()
  const brokers = useBrokers()
  const [words, setWords] = useState('')
  const list = brokers.data ?? []
  if (brokers.isPending) return <p className="px-2 text-ink-3">Loading…</p>
  if (list.length === 0)
    return <p className="px-2 text-ink-3">{brokers.isError ? 'Could not be read' : 'None configured'}</p>
  const open = list.find((broker) => isOn(path, brokerPath(broker.id)))?.id ?? null
  const groups = groupBrokers(list, { words, open })
  return (
    <>
      {list.length > fewBrokers ? (
        <div className="shrink-0 px-1 pb-1.5">
          <Input
            type="search"
            aria-label="Filter brokers"
            placeholder={`Filter ${list.length} brokers`}
            className="h-7!"
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setWords('')}
          />
        </div>
      ) : null}
      <div className="flex min-h-0 flex-1 flex-col gap-2.5 overflow-y-auto pb-2 [&>*]:shrink-0">
        {groups.map((group) => (
          <BrokerGroup key={group.id} group={group} open={open} />
        ))}
        {groups.length === 0 ? <p className="px-2 text-ink-3">No broker is called that</p> : null}
      </div>
    </>
  )
}

function BrokerGroup({ group, open }: { group: RailGroup; open: string | null }) {
  const [unfolded, setUnfolded] = useState(false)
  const rows = unfolded ? [...group.shown, ...group.folded] : group.shown
  return (
    <section aria-label={group.label ?? undefined}>
      {group.label ? <h3 className="px-2 pb-0.5 text-[11px] font-[500] text-ink-3">{group.label}</h3> : null}
      <ul className="flex flex-col gap-px">
        {rows.map((broker) => (
          <BrokerLink key={broker.id} broker={broker} active={broker.id === open} />
        ))}
      </ul>
      {group.folded.length > 0 ? (
        <button
          type="button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
          className={clsx(railItem, 'w-full max-md:h-11')}
        >
          <StateMark level="ok" label="" />
          {unfolded ? `Fold ${countOf(group.folded.length, 'healthy one')}` : `${group.folded.length} ok`}
          <ChevronRight
            className={clsx('ml-auto size-3.5 text-ink-3', unfolded && 'rotate-90')}
            aria-hidden
          />
        </button>
      ) : null}
    </section>
  )
}

function BrokerLink({ broker, active }: { broker: Broker; active: boolean }) {
  const deadLetters = useDeadLetters()
  const total = deadLetters.data ? totalOf(deadLetters.data.items, broker.id) : null
  const isFound = broker.state === 'found'
  const dead = total && total.count > 0 ? total : null
  return (
    <li>
      <AppLink
        href={isFound ? addBrokerPath({ found: broker.id }) : brokerPath(broker.id)}
        aria-current={active ? 'page' : undefined}
        title={
          broker.state === 'up' ? broker.address : `${stateWord(broker)}: ${broker.reason ?? broker.address}`
        }
        className={clsx(railItem, 'max-md:h-11', active && railHere)}
      >
        <StateMark level={levelOf(broker)} label={stateWord(broker)} />
        <Name name={broker.label} className={isFound ? 'text-ink-3' : ''} />
        {isFound ? null : <EnvTag environment={broker.environment} />}
        <span className="ml-auto pl-1 text-[12px] font-[450] text-ink-3 tabular-nums">
          {isFound ? 'found' : dead ? `${formatCompact(dead.count)}${dead.unread > 0 ? '+' : ''}` : ''}
          {dead ? <span className="sr-only"> dead letters</span> : null}
        </span>
      </AppLink>
    </li>
  )
}
