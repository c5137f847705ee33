import { type QueryClient, useQueries } from '@tanstack/react-query'
import { useRef } from 'react'
import { callApi, type Query } from '../api/client.ts'
import type { TimeRange } from '../domain/time-range.ts'
import type { Series } from '../schemas/series.ts'
import { keys } from './keys.ts'
import { every, isLost } from './live-state.ts'

/** One metric of a broker, or of one destination, group or node of it. */
export type SeriesOf = Pick<Query<'getSeries'>, 'broker' | 'destination' | 'group' | 'node' | 'metric'>

const mostPoints = 1000
const leastPoints = 100
const refreshMs = 4_000
const askAnywayMs = 15_000
const slowestMs = 300_000

/** Two points a pixel; in hundreds, so that a window made a little wider asks for nothing. */
export function pointsFor(width: number): number {
  return Math.min(mostPoints, Math.max(leastPoints, Math.ceil((2 * width) / 100) * 100))
}

/** A name for what is measured, whatever the range. */
export function nameOfSeries({ broker, destination, group, node, metric }: SeriesOf): string {
  return [broker, destination, group, node, metric].map((part) => encodeURIComponent(part ?? '')).join('/')
}

/**
 * One query a series. Live ones are asked for again with every sample of their broker, longer ones with every step,
 * a range of the past never. While another range loads, what was known of the series stays drawn.
 */
export function useSeries(of: readonly SeriesOf[], range: TimeRange, points: number | null) {
  const known = useRef(new Map<string, Series>())
  const results = useQueries({
    queries: of.map((one) => ({
      queryKey: keys.seriesOne(one.broker, rangeKey(range), { ...one }, points ?? 0),
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(one, range, points ?? leastPoints, signal),
      enabled: points !== null,
      staleTime: range.kind === 'fixed' ? Number.POSITIVE_INFINITY : refreshMs,
      gcTime: 120_000,
      placeholderData: () => known.current.get(nameOfSeries(one)),
      refetchInterval: () => intervalOf(range, points ?? leastPoints),
    })),
  })
  results.forEach(({ data, isPlaceholderData }, index) => {
    const one = of[index]
    if (data && one && !isPlaceholderData) known.current.set(nameOfSeries(one), data)
  })
  return results
}

function ask(one: SeriesOf, range: TimeRange, points: number, signal: AbortSignal): Promise<Series> {
  const [fromMs, toMs] =
    range.kind === 'fixed' ? [range.fromMs, range.toMs] : [Date.now() - range.spanMs, undefined]
  const query = {
    ...one,
    from: new Date(fromMs).toISOString(),
    ...(toMs === undefined ? {} : { to: new Date(toMs).toISOString() }),
    points,
  }
  return callApi('getSeries', { query }, { signal })
}

function rangeKey(range: TimeRange): string {
  return range.kind === 'moving' ? range.id : `${range.fromMs}..${range.toMs}`
}

function intervalOf(range: TimeRange, points: number): number | false {
  if (range.kind === 'fixed') return false
  // Samples tell when to ask for what is live, unless none come in.
  if (range.id === 'live') return isLost() ? every(askAnywayMs)() : false
  return every(Math.min(slowestMs, Math.max(askAnywayMs, range.spanMs / points)))()
}

const refreshedAt = new Map<string, number>()

/** A sample came in: the live series of that broker that are on the page are asked for again. */
export function refreshSeries(client: QueryClient, broker: string): void {
  const now = Date.now()
  if (now - (refreshedAt.get(broker) ?? 0) < refreshMs) return
  refreshedAt.set(broker, now)
  void client.invalidateQueries({ queryKey: keys.seriesLive(broker) })
}
