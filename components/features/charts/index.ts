export { ComparePage } from './compare-page.tsx'
export { DerivedFacts } from './derived-facts.tsx'
export { BrokerCharts, DestinationCharts, GroupCharts, NodeCharts } from './lazy-page-charts.tsx'
