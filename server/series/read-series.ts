import { foldPoints, type Points } from '../../lib/domain/fold-points.ts'
import type { Series, SeriesTier } from '../../lib/schemas/series.ts'
import {
  type HistoryAnswer,
  type HistoryRepository,
  type HistoryScope,
  qualities,
} from '../storage/contract/history.ts'

export interface SeriesRequest {
  readonly broker: string
  readonly destination?: string | undefined
  readonly group?: string | undefined
  readonly node?: string | undefined
  readonly metric: string
  readonly fromMs: number
  readonly toMs: number
  /** At most so many. */
  readonly points: number
}

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000]
/** Lengths a step may have: they divide the next larger unit, so that steps lie where a person expects them. */
const steps = [
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((count) => count * second),
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * hour),
]
const finest = { raw: second, minute, hour } as const satisfies Record<SeriesTier, number>
/** A little less than is kept, so that the first point of a range is not lost while it is asked for. */
const kept = { raw: day, minute: 14 * day } as const

/** The finest tier that still holds the beginning of the range. */
export function tierFor(fromMs: number, nowMs: number): SeriesTier {
  if (fromMs >= nowMs - kept.raw - minute) return 'raw'
  return fromMs >= nowMs - kept.minute - hour ? 'minute' : 'hour'
}

/** The shortest step with which the range takes at most `points`, counted from the boundary before its beginning. */
export function stepFor(
  { fromMs, toMs, points }: Pick<SeriesRequest, 'fromMs' | 'toMs' | 'points'>,
  tier: SeriesTier,
): number {
  const fits = (stepMs: number) => Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs) <= points
  const found = steps.find((stepMs) => stepMs % finest[tier] === 0 && fits(stepMs))
  if (found !== undefined) return found
  for (let days = 1; ; days += 1) if (fits(days * day)) return days * day
}

/** One metric over time, from the journal of a moment ago to the hours of a year ago; asks the store once. */
export async function readSeries(
  history: Pick<HistoryRepository, 'read'>,
  request: SeriesRequest,
  nowMs: number,
): Promise<Series> {
  const { broker, metric, fromMs } = request
  const toMs = Math.max(fromMs + 1, Math.min(request.toMs, nowMs))
  const tier = tierFor(fromMs, nowMs)
  const stepMs = stepFor({ ...request, toMs }, tier)
  const startMs = Math.floor(fromMs / stepMs) * stepMs
  const [scope, id] = subjectOf(request)
  const answer = await history.read({ broker, scope, id, metric, fromMs: startMs, toMs, tier })
  return { ...namesOf(request), ...present(answer, { startMs, toMs, stepMs }) }
}

function subjectOf({ destination, group, node }: SeriesRequest): [HistoryScope, string] {
  if (destination !== undefined) return ['destination', destination]
  if (group !== undefined) return ['group', group]
  return node === undefined ? ['broker', ''] : ['node', node]
}

function namesOf({ broker, destination, group, node, metric }: SeriesRequest) {
  return {
    broker,
    ...(destination === undefined ? {} : { destination }),
    ...(group === undefined ? {} : { group }),
    ...(node === undefined ? {} : { node }),
    metric,
  }
}

interface Range {
  readonly startMs: number
  readonly toMs: number
  readonly stepMs: number
}

/** Steps of equal length; a step nothing was known in is null. */
export function present(
  { unit, sinceMs, tier, points, breaks }: HistoryAnswer,
  { startMs, toMs, stepMs }: Range,
): Omit<Series, 'broker' | 'destination' | 'group' | 'node' | 'metric'> {
  const length = Math.ceil((toMs - startMs) / stepMs)
  const folded = foldPoints(points, startMs, stepMs, length)
  const worst = points.quality.reduce((most, quality) => Math.max(most, quality), 0)
  const column = (values: Float64Array) => Array.from(values, tidy)
  return {
    unit,
    quality: points.at.length === 0 ? null : (qualities[worst] ?? 'estimated'),
    from: iso(startMs),
    to: iso(startMs + length * stepMs),
    stepMs,
    tier,
    points: Array.from(folded.average, (value, index) => [startMs + index * stepMs, tidy(value)]),
    low: column(folded.low),
    high: column(folded.high),
    estimated: findEstimated(points, startMs, startMs + length * stepMs),
    breaks: [...breaks],
    since: sinceMs === null ? null : iso(sinceMs),
  }
}

/** Neighbours are one stretch. */
function findEstimated({ at, until, quality }: Points, startMs: number, endMs: number): [number, number][] {
  const stretches: [number, number][] = []
  for (const [index, one] of quality.entries()) {
    if (one < qualities.indexOf('estimated')) continue
    const from = Math.max(startMs, at[index] ?? 0)
    const to = Math.min(endMs, until[index] ?? 0)
    const last = stretches.at(-1)
    if (last && last[1] >= from) last[1] = Math.max(last[1], to)
    else if (to > from) stretches.push([from, to])
  }
  return stretches
}

/** Three decimals, six digits below one: no reading is finer. */
function tidy(value: number): number | null {
  if (Number.isNaN(value)) return null
  return Math.abs(value) >= 1 ? Math.round(value * 1000) / 1000 : Number(value.toPrecision(6))
}

const iso = (ms: number) => new Date(ms).toISOString()
