'use client'

import dynamic from 'next/dynamic'
import type { ComponentProps, ReactNode } from 'react'
import type * as Charts from './page-charts.tsx'
import { type ChartPlace, useOpen } from './use-open.ts'

/** Not part of what a page needs before anything can be read on it. */
const LazyBrokerCharts = dynamic(() => import('./page-charts.tsx').then((file) => file.BrokerCharts), {
  ssr: false,
})
const LazyDestinationCharts = dynamic(
  () => import('./page-charts.tsx').then((file) => file.DestinationCharts),
  { ssr: false },
)
const LazyGroupCharts = dynamic(() => import('./page-charts.tsx').then((file) => file.GroupCharts), {
  ssr: false,
})
export const NodeCharts = dynamic(() => import('./page-charts.tsx').then((file) => file.NodeCharts), {
  ssr: false,
})

export function BrokerCharts(props: ComponentProps<typeof Charts.BrokerCharts>) {
  return (
    <Room place="broker">
      <LazyBrokerCharts {...props} />
    </Room>
  )
}

export function DestinationCharts(props: ComponentProps<typeof Charts.DestinationCharts>) {
  return (
    <Room place={props.row.deadLetter.isDeadLetter ? 'dead-letters' : 'destination'}>
      <LazyDestinationCharts {...props} />
    </Room>
  )
}

export function GroupCharts(props: ComponentProps<typeof Charts.GroupCharts>) {
  return (
    <Room place="group">
      <LazyGroupCharts {...props} />
    </Room>
  )
}

/**
 * Holds the place of a row of charts while they come, so that nothing below it moves. Its heights are those of
 * a drawn board: what would tell them comes with the charts.
 */
function Room({ place, children }: { place: ChartPlace; children: ReactNode }) {
  const { isOpen } = useOpen(place)
  const open = place === 'group' ? 'min-h-[248px]' : 'min-h-[210px]'
  return <div className={`flex shrink-0 flex-col ${isOpen ? open : 'min-h-8'}`}>{children}</div>
}
