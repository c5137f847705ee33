'use client'

import { Card } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { useUrlState } from '@/components/ui/use-url-state'
import { isStill, momentOf, stillForMs } from '@/lib/domain/movement'
import { partWord } from '@/lib/domain/status'
import { visibleText } from '@/lib/format/name'
import { measure } from '@/lib/format/reading'
import { type PartitionSeries, useRecentPartitions } from '@/lib/queries/recent'
import type { Group, LagRow } from '@/lib/schemas/group'
import { HeatStrip } from './heat-strip.tsx'

/** The heat strip of one topic of the group, the one furthest behind unless another was chosen. */
export function LagPicture({ broker, group }: { broker: string; group: Group }) {
  const recent = useRecentPartitions(broker, group.id)
  const { get, set } = useUrlState()
  const topics = [...new Set(group.lag.map((row) => row.destination))]
  const topic = topics.find((one) => one === get('topic')) ?? worstTopic(group.lag)
  if (topic === null || !recent.data) return null
  const rows = group.lag.filter((row) => row.destination === topic)
  const series = withSilent(
    recent.data.filter((one) => one.destination === topic),
    rows,
  )
  if (series.length === 0) return null
  const moment = momentOf(group)
  const stuckSince = new Map(
    rows.flatMap((row) =>
      isStill(row, moment) ? [[row.partition, moment - (stillForMs(row, moment) ?? 0)] as const] : [],
    ),
  )
  return (
    <Card className="overflow-hidden">
      <HeatStrip
        series={series}
        stuckSince={stuckSince}
        part={partWord(group)}
        picker={
          topics.length > 1 ? (
            <Select
              aria-label="Topic"
              className="max-w-60"
              value={topic}
              onChange={(event) => set({ topic: event.target.value })}
            >
              {topics.map((one) => (
                <option key={one} value={one}>
                  {visibleText(one)}
                </option>
              ))}
            </Select>
          ) : null
        }
      />
    </Card>
  )
}

function worstTopic(rows: readonly LagRow[]): string | null {
  let worst: LagRow | null = null
  for (const row of rows)
    if (!worst || (measure(row.lag).value ?? -1) > (measure(worst.lag).value ?? -1)) worst = row
  return worst?.destination ?? null
}

/** Partitions of which nothing was ever read stand there too, empty. */
function withSilent(series: readonly PartitionSeries[], rows: readonly LagRow[]): readonly PartitionSeries[] {
  const [line] = series
  if (!line) return []
  const known = new Set(series.map((one) => one.partition))
  const silent = rows.filter((row) => !known.has(row.partition))
  const points = line.points.map(() => null)
  return [
    ...series,
    ...silent.map(({ destination, partition }) => ({ ...line, destination, partition, points })),
  ]
}
