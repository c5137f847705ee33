'use client'

import dynamic from 'next/dynamic'

/** The line above the charts keeps its place while they come. */
const Place = () => <div className="h-8 shrink-0" />

/** Not part of what a page needs before anything can be read on it. */
export const BrokerCharts = dynamic(() => import('./page-charts.tsx').then((file) => file.BrokerCharts), {
  ssr: false,
  loading: Place,
})
export const DestinationCharts = dynamic(
  () => import('./page-charts.tsx').then((file) => file.DestinationCharts),
  { ssr: false, loading: Place },
)
export const GroupCharts = dynamic(() => import('./page-charts.tsx').then((file) => file.GroupCharts), {
  ssr: false,
  loading: Place,
})
