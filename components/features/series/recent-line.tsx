'use client'

import { Sparkline, type SparklineTone, sparklineSize } from '@/components/ui/sparkline'
import { describePoints } from '@/lib/format/points'
import { type RecentOf, type RecentSeries, useRecent } from '@/lib/queries/recent'
import type { RecentMetric } from '@/lib/schemas/recent'

export const keptInMemory =
  'Kept in memory since the console started, 15 minutes at most. What was not read stays open.'

const words: Record<RecentMetric, string> = {
  depth: 'depth',
  inRate: 'in per second',
  outRate: 'out per second',
  lag: 'lag',
  partitionLag: 'lag',
  deadLetters: 'dead letters',
}

/** Says once a page what the lines are, and that they are not history. */
export function RecentHead() {
  return <span title={keptInMemory}>Last 15 min</span>
}

/** The last 15 minutes of one destination or group; asks only while it is on the page. */
export function RecentLine(props: {
  broker: string
  of: RecentOf
  metric: RecentMetric
  id: string
  tone?: SparklineTone
  /** A number stands beside it that says the same. */
  decorative?: boolean
}) {
  const { data, isPending } = useRecent(props.broker, props.of, props.metric, props.id)
  return (
    <SeriesLine
      series={data}
      isPending={isPending}
      metric={props.metric}
      tone={props.tone ?? 's1'}
      decorative={props.decorative ?? false}
    />
  )
}

/** A line of what is known; nothing yet keeps its place. */
export function SeriesLine({
  series,
  isPending,
  metric,
  tone,
  decorative = false,
}: {
  series: RecentSeries | null | undefined
  isPending: boolean
  metric: RecentMetric
  tone: SparklineTone
  decorative?: boolean
}) {
  if (isPending) return <span className="block" style={sparklineSize} />
  if (!series) return <span className="text-ink-3">no data</span>
  const label = describePoints(words[metric], series, metric.endsWith('Rate') ? 'rate' : 'count')
  return (
    <Sparkline
      points={series.points}
      tone={tone}
      dashed={series.quality !== 'exact'}
      label={label}
      decorative={decorative}
    />
  )
}
