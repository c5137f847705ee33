import { joinPoints, type Points } from '../../../../lib/domain/fold-points.ts'
import type { SeriesTier } from '../../../../lib/schemas/series.ts'
import type { HistoryAnswer, HistoryRequest } from '../../contract/history.ts'
import type { Catalogue, Series } from './catalogue.ts'
import { followSeries, type Journal } from './journal.ts'
import { findPlaces, type RawPart, readPlaces, standing, toPoints } from './raw.ts'
import { readRolled } from './roll-up.ts'
import type { Shelf } from './shelf.ts'
import { dayMs, floorTo, windowMs } from './times.ts'

export interface ReadSources {
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly shelf: Shelf
  readonly segmentLength: number
  /** Not rolled up yet, or changed since: by where it begins. */
  isDirty(tier: 'minute' | 'hour', fromMs: number): boolean
}

interface Span {
  readonly tier: SeriesTier
  readonly fromMs: number
  readonly toMs: number
}

const tiers = ['raw', 'minute', 'hour'] as const
const nothing: Points = joinPoints([])

/** Journal, chunks and roll-ups as one row of points, whatever tier each stretch of time is kept in. */
export function readHistory(sources: ReadSources, request: HistoryRequest): HistoryAnswer {
  const { catalogue } = sources
  const broker = catalogue.broker(request.broker)
  const lives = broker === null ? [] : catalogue.find(broker, request.scope, request.id, request.metric)
  const [first] = lives
  if (broker === null || !first)
    return { unit: null, sinceMs: null, tier: request.tier, points: nothing, breaks: [] }
  const keptMs = keptSince(sources)
  // A range that begins before anything was kept is not searched from there.
  const spans = planSpans(sources, { ...request, fromMs: Math.max(request.fromMs, keptMs) })
  const points = spans.map((span) => {
    if (span.tier === 'raw') return readRaw(sources, broker, lives, span)
    return readTier(sources, span.tier, lives, span)
  })
  const { fromMs, toMs } = request
  return {
    unit: lives.at(-1)?.unit ?? null,
    sinceMs: Math.max(first.series.firstMs, keptMs),
    tier: coarsest(spans.filter((_, index) => points[index]?.at.length)) ?? request.tier,
    points: joinPoints(points),
    breaks: startsOf(lives).filter((ms) => ms > fromMs && ms <= toMs),
  }
}

function coarsest(spans: readonly Span[]): SeriesTier | undefined {
  return tiers[Math.max(-1, ...spans.map(({ tier }) => tiers.indexOf(tier)))]
}

/** Where each life but the first begins. */
function startsOf(lives: readonly { readonly series: Series }[]): number[] {
  const starts: number[] = []
  const seen = new Set<number>()
  for (const { series } of lives) {
    if (seen.size > 0 && !seen.has(series.subject)) starts.push(series.firstMs)
    seen.add(series.subject)
  }
  return starts
}

function keptSince({ shelf, journal }: ReadSources): number {
  return Math.min(journal.floor(), ...shelf.list().map((file) => file.fromMs))
}

/** Stretches of time, each with the tier that answers for it; neighbours of one tier are one. */
function planSpans(sources: ReadSources, { fromMs, toMs, tier }: HistoryRequest): Span[] {
  const spans: Span[] = []
  for (let at = fromMs; at < toMs; ) {
    const day = floorTo(at, dayMs)
    const isWholeDay = tier === 'hour' && isRolledDay(sources, day)
    const end = Math.min(toMs, isWholeDay ? day + dayMs : floorTo(at, windowMs) + windowMs)
    const own = isWholeDay ? 'hour' : tierOf(sources, floorTo(at, windowMs), tier)
    const last = spans.at(-1)
    if (last && last.tier === own) spans[spans.length - 1] = { ...last, toMs: end }
    else spans.push({ tier: own, fromMs: at, toMs: end })
    at = end
  }
  return spans
}

function isRolledDay(sources: ReadSources, day: number): boolean {
  const { shelf, journal } = sources
  if (sources.isDirty('hour', day) || day + dayMs > journal.floor() || !shelf.has('hour', day)) return false
  for (let window = day; window < day + dayMs; window += windowMs)
    if (sources.isDirty('minute', window)) return false
  return true
}

/** The wanted tier where it is there and fresh; else the finest that is. */
function tierOf(sources: ReadSources, window: number, wanted: SeriesTier): SeriesTier {
  const { shelf, journal } = sources
  const hasRaw = shelf.has('raw', window) || window + windowMs > journal.floor()
  const hasMinutes = shelf.has('minute', window)
  const isRolled = !sources.isDirty('minute', window) && window + windowMs <= journal.floor()
  if (wanted !== 'raw' && hasMinutes && isRolled) return 'minute'
  if (hasRaw) return 'raw'
  if (hasMinutes) return 'minute'
  return shelf.has('hour', window) ? 'hour' : wanted
}

type Lives = readonly { readonly series: Series }[]

function readRaw(sources: ReadSources, broker: number, lives: Lives, { fromMs, toMs }: Span): Points {
  const { shelf, journal, segmentLength } = sources
  // What was read just before still stands.
  const wide = { fromMs: fromMs - segmentLength, toMs }
  const places = findPlaces(shelf, broker, { ...wide, segmentLength })
  const fresh = journal
    .segments()
    .filter((one) => one.broker === broker)
    .filter(({ segmentMs }) => segmentMs + segmentLength > wide.fromMs && segmentMs < toMs)
    .map(({ segmentMs }) => journal.ticks(segmentMs, broker))
  const ticks = [...places.flatMap((place) => place.ticks), ...fresh.flat()]
  const until = standing(ticks.sort((a, b) => a.atMs - b.atMs))
  const parts: RawPart[] = []
  for (const { series } of lives) {
    const wants = (metric: number) => metric === series.metric
    readPlaces(shelf, places, series.subject, wants, (_, part) => void parts.push(part))
    for (const some of fresh) parts.push({ ticks: some, ...followSeries(some, series.id) })
  }
  return within(toPoints(parts, until), fromMs, toMs)
}

/** Those that stand at some time of the span. */
function within(points: Points, fromMs: number, toMs: number): Points {
  const isIn = (index: number) => (points.until[index] ?? 0) > fromMs && (points.at[index] ?? 0) < toMs
  const average = points.average.map((value, index) => (isIn(index) ? value : Number.NaN))
  // What began in the stretch before is counted there: here it only stands.
  const at = points.at.map((ms) => Math.max(ms, fromMs))
  const count = points.count.map((readings, index) => (points.at[index] === at[index] ? readings : 0))
  return joinPoints([{ ...points, at, average, count }])
}

function readTier(
  { shelf }: ReadSources,
  tier: 'minute' | 'hour',
  lives: Lives,
  { fromMs, toMs }: Span,
): Points {
  const parts: Points[] = []
  const length = tier === 'minute' ? windowMs : dayMs
  for (let at = floorTo(fromMs, length); at < toMs; at += length) {
    for (const { series } of lives) {
      const wants = (metric: number) => metric === series.metric
      readRolled(shelf, tier, at, series.subject, wants, (_, points) => void parts.push(points))
    }
  }
  return within(inTime(joinPoints(parts)), fromMs, toMs)
}

/** Two lives in one window: in order of time, and of two at one moment the later life. */
function inTime(points: Points): Points {
  const order = [...points.at.keys()].sort((a, b) => (points.at[a] ?? 0) - (points.at[b] ?? 0) || a - b)
  const pick = (column: Float64Array) => Float64Array.from(order, (index) => column[index] ?? 0)
  const sorted = {
    at: pick(points.at),
    until: pick(points.until),
    average: pick(points.average),
    low: pick(points.low),
    high: pick(points.high),
    count: pick(points.count),
    quality: Uint8Array.from(order, (index) => points.quality[index] ?? 0),
  }
  return {
    ...sorted,
    average: sorted.average.map((value, index) =>
      sorted.at[index] === sorted.at[index + 1] ? Number.NaN : value,
    ),
  }
}
