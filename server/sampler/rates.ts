import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import {
  type BrokerCounterName,
  type Counter,
  ok,
  unavailable,
  unsupported,
} from '../brokers/contract/index.ts'

/**
 * Rates from counters, and nothing else: a driver never computes one. A rate spans the newest point and the
 * newest one at least `windowMs` older, so that a broker that refreshes its numbers only every 5 s does not
 * show 0 and double in turn. Another epoch, or a counter that fell, starts anew: nothing is interpolated over
 * a reset.
 */
const windowMs = 9_000
const keepMs = 30_000
/** A count is told with the sample it belongs to, 10 s old at worst: one that is older was told by an earlier sample. */
const currentMs = 12_000
/** A broker that is sampled rarely keeps its last point this long, else it would never have a rate. */
const keepLastMs = 120_000

interface Point {
  readonly value: bigint
  readonly atMs: number
}
interface Series {
  epoch: string
  isApproximate: boolean
  points: Point[]
}

const rateNames: readonly (readonly [reading: string, from: readonly BrokerCounterName[]])[] = [
  ['inRate', ['published']],
  ['outRate', ['delivered', 'acked']],
  ['ackRate', ['acked']],
  ['redeliveryRate', ['redelivered']],
  ['returnRate', ['returned']],
  ['expiryRate', ['expired']],
  ['deadLetterRate', ['deadLettered']],
  ['unroutableRate', ['unroutable']],
]

export class RateBook {
  readonly #series = new Map<string, Map<BrokerCounterName, Series>>()
  #newest: Point = { value: 0n, atMs: 0 }

  /** Takes in one sample's counters; destinations that are not in `present` are forgotten by `prune`. */
  observe(key: string, counters: Readonly<Partial<Record<BrokerCounterName, Counter>>>): void {
    let own = this.#series.get(key)
    for (const [name, counter] of Object.entries(counters) as [BrokerCounterName, Counter | undefined][]) {
      if (!counter) continue
      if (!own) {
        own = new Map()
        this.#series.set(key, own)
      }
      own.set(name, extend(own.get(name), this.#pointOf(counter), counter))
    }
  }

  /** Most counters of a sample stand at the same value, that of whoever is idle: they share one point. */
  #pointOf(counter: Counter): Point {
    const value = BigInt(counter.value)
    const { atMs } = counter
    if (this.#newest.value !== value || this.#newest.atMs !== atMs) this.#newest = { value, atMs }
    return this.#newest
  }

  prune(present: ReadonlySet<string>): void {
    for (const key of this.#series.keys()) if (!present.has(key)) this.#series.delete(key)
  }

  /** The driver's readings with the rates beside them. */
  withRates(key: string, readings: Readings, nowMs: number): Readings {
    const own = this.#series.get(key)
    const rates: Record<string, Reading> = {}
    for (const [name, sources] of rateNames) {
      const series = own && sources.map((source) => own.get(source)).find((found) => found !== undefined)
      if (series) rates[name] = rateOf(series, nowMs)
      else if (readings[name] === undefined && (name === 'inRate' || name === 'outRate'))
        rates[name] = unsupported('The broker counts no such messages here')
    }
    return { ...readings, ...rates }
  }
}

function extend(
  series: Series | undefined,
  point: Point,
  { epoch, isApproximate = false }: Pick<Counter, 'epoch' | 'isApproximate'>,
): Series {
  const last = series?.points.at(-1)
  if (!series || series.epoch !== epoch || (last && point.value < last.value))
    return { epoch, isApproximate, points: [point] }
  if (last && point.atMs <= last.atMs) return series
  const kept = series.points.filter((old) => point.atMs - old.atMs <= (old === last ? keepLastMs : keepMs))
  // Whatever comes, no rate begins before the point this one would begin at. Not pushed: that makes room for 16 more.
  const from = kept.findLastIndex((old) => point.atMs - old.atMs >= windowMs)
  return { epoch, isApproximate, points: kept.slice(Math.max(0, from)).concat(point) }
}

function rateOf({ points, isApproximate }: Series, nowMs: number): Reading {
  const newest = points.at(-1)
  const oldest = points.findLast((point) => newest && newest.atMs - point.atMs >= windowMs) ?? points[0]
  if (!newest || !oldest || newest === oldest) {
    return unavailable('A rate needs two samples of the same counter', newest?.atMs ?? nowMs)
  }
  const perSecond = Number(newest.value - oldest.value) / ((newest.atMs - oldest.atMs) / 1000)
  const quality = isApproximate ? 'approximate' : 'exact'
  const rate = ok(Math.round(perSecond * 1000) / 1000, 'per-second', newest.atMs, quality)
  if (nowMs - newest.atMs <= currentMs) return rate
  return unavailable('The broker tells this counter no longer', nowMs, rate)
}

/** A sum over those that are known; what is missing makes it approximate, and nothing known makes it unknown. */
export function sumReadings(readings: readonly Reading[], nowMs: number): Reading {
  let value = 0
  let oldestMs = nowMs
  let isExact = true
  let known = 0
  let missing = 0
  let unit: 'per-second' | 'messages' = 'messages'
  for (const reading of readings) {
    if (reading.state === 'ok') {
      value += reading.value
      known += 1
      if (reading.unit === 'per-second') unit = 'per-second'
      if (reading.quality !== 'exact') isExact = false
      oldestMs = Math.min(oldestMs, Date.parse(reading.at))
    } else if (reading.state === 'unavailable') missing += 1
  }
  if (known === 0) {
    const first = readings.find((reading) => reading.state === 'unavailable')
    return first ?? readings[0] ?? unsupported('There is nothing here that counts them')
  }
  const sum = ok(
    Math.round(value * 1000) / 1000,
    unit,
    oldestMs,
    isExact && missing === 0 ? 'exact' : 'approximate',
  )
  return missing === 0 ? sum : { ...sum, detail: { missing } }
}
