'use client'

import { useRef } from 'react'
import { drainOfGroup } from '@/lib/domain/drain'
import { useNodeNames } from '@/lib/queries/nodes'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Group } from '@/lib/schemas/group'
import type { Reading } from '@/lib/schemas/reading'
import { ChartBoard } from './chart-board.tsx'
import { chartsOfBroker, chartsOfDestination, chartsOfGroup, chartsOfNodes } from './charts-of.ts'

/** What goes through a broker; what its servers have left stands with them. */
export function BrokerCharts({ broker }: { broker: Broker }) {
  const specs = useSaid(chartsOfBroker(broker))
  const subject = useSaid({})
  return <ChartBoard place="broker" broker={broker.id} specs={specs} subject={subject} />
}

/** What the servers of a broker have left, once they are known. */
export function NodeCharts({ broker }: { broker: string }) {
  const nodes = useNodeNames(broker)
  const specs = useSaid(chartsOfNodes(broker, nodes.data ?? []))
  const subject = useSaid({})
  return specs.length === 0 ? null : (
    <ChartBoard place="broker" broker={broker} specs={specs} subject={subject} />
  )
}

export function DestinationCharts({ broker, row }: { broker: string; row: DestinationDetail }) {
  const specs = useSaid(chartsOfDestination(broker, row))
  const subject = useSaid({ destination: row.id })
  return (
    <ChartBoard
      place={row.deadLetter.isDeadLetter ? 'dead-letters' : 'destination'}
      broker={broker}
      specs={specs}
      subject={subject}
    />
  )
}

export function GroupCharts({ broker, group }: { broker: string; group: Group }) {
  const specs = useSaid(chartsOfGroup(broker, group))
  const subject = useSaid({
    group: group.id,
    reads: [...new Set(group.lag.map(({ destination }) => destination))],
  })
  return (
    <ChartBoard
      place="group"
      broker={broker}
      specs={specs}
      subject={subject}
      timeToDrain={timeToDrainOf(group)}
    />
  )
}

/** At the rates of the last minutes, as the fact beside it says. */
function timeToDrainOf(group: Group): Reading | undefined {
  const drainMs = drainOfGroup(group)
  if (group.total.state !== 'ok' || drainMs === null || drainMs === 'never') return undefined
  return { ...group.total, value: drainMs / 1_000, unit: 'seconds', quality: 'estimated' }
}

/** The value of the time before while it says the same: what comes of it is not drawn again with every reading. */
function useSaid<T>(value: T): T {
  const kept = useRef({ value, said: '' })
  const said = JSON.stringify(value)
  if (kept.current.said !== said) kept.current = { value, said }
  return kept.current.value
}
