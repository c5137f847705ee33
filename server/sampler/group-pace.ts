import type { LagRow } from '../../lib/schemas/group.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import { type GroupSample, ok, unavailable } from '../brokers/contract/index.ts'
import { estimate, given, isOk, netRate, timeToDrain } from './derive.ts'

/** Rates span at least so long, as those of counters do. */
const windowMs = 9_000
const keepMs = 120_000
/** The start of a log moves by whole segments: how fast it comes is told over a long time only. */
const farMs = 30 * 60_000
const farEnoughMs = 5 * 60_000

/** All partitions of a group at one moment, added up over those whose positions are numbers. */
interface Point {
  readonly atMs: number
  readonly end: bigint
  readonly committed: bigint
}
interface Far {
  readonly atMs: number
  readonly start: bigint
  readonly committed: bigint
}
interface Track {
  /** Which partitions were counted: others make another sum. */
  parts: string
  points: Point[]
  /** By partition: where its log began and its commit stood, long ago and half as long ago. */
  readonly far: Map<string, { old: Far; middle: Far }>
}

/**
 * How fast messages arrive at a group and are read, from its positions; and what follows for its backlog. A sum over
 * other partitions than before, an end or a commit that went back, begins anew: a rate is never negative and never
 * spans a reset.
 */
export class GroupPace {
  readonly #tracks = new Map<string, Track>()

  prune(present: ReadonlySet<string>): void {
    for (const key of this.#tracks.keys()) if (!present.has(key)) this.#tracks.delete(key)
  }

  /** Takes in one look at a group, and answers it with its readings. */
  observe(group: GroupSample, atMs: number): Readings {
    const known = group.lag.filter(isCounted)
    const track = this.#trackOf(group.key, known.map(keyOf).join('\n'))
    if (known.length > 0) track.points = extend(track.points, sumOf(known, atMs))
    followFar(track.far, known, atMs)
    const isWhole = known.length === group.lag.length
    const { inRate, outRate } = group.readings ?? {}
    const counted = { ...(inRate ? { inRate } : {}), ...(outRate ? { outRate } : {}) }
    const rates = known.length > 0 ? ratesOf(track.points, isWhole, atMs) : counted
    return {
      ...group.readings,
      ...rates,
      ...given('netRate', netRate(rates.inRate, rates.outRate)),
      ...given('timeToDrain', timeToDrain(group.total, rates.inRate, rates.outRate)),
      ...given('retentionUsed', retentionUsed(known, atMs)),
      ...given('timeToLoss', timeToLoss(group, known, track.far, rates, atMs)),
      ...given('lost', lostOf(group.lag, atMs)),
    }
  }

  #trackOf(key: string, parts: string): Track {
    const track = this.#tracks.get(key) ?? { parts, points: [], far: new Map() }
    this.#tracks.set(key, track)
    if (track.parts !== parts) {
      track.parts = parts
      track.points = []
    }
    return track
  }
}

type Counted = LagRow & { readonly committed: string; readonly end: string }
const digits = /^\d+$/

function isCounted(row: LagRow): row is Counted {
  return row.committed !== null && row.end !== null && digits.test(row.committed) && digits.test(row.end)
}
const keyOf = ({ destination, partition }: LagRow) => `${partition} ${destination}`

function sumOf(rows: readonly Counted[], atMs: number): Point {
  let [end, committed] = [0n, 0n]
  for (const row of rows) {
    end += BigInt(row.end)
    committed += BigInt(row.committed)
  }
  return { atMs, end, committed }
}

function extend(points: readonly Point[], point: Point): Point[] {
  const last = points.at(-1)
  if (!last || point.end < last.end || point.committed < last.committed) return [point]
  if (point.atMs <= last.atMs) return [...points]
  const far = points.findLastIndex((old) => point.atMs - old.atMs >= windowMs)
  const kept = points.slice(Math.max(0, far)).filter((old) => point.atMs - old.atMs <= keepMs)
  return [...kept, point]
}

function ratesOf(points: readonly Point[], isWhole: boolean, nowMs: number): Readings {
  const newest = points.at(-1)
  const oldest = points.findLast((point) => newest && newest.atMs - point.atMs >= windowMs) ?? points[0]
  if (!newest || !oldest || newest === oldest) {
    const unknown = unavailable('A rate needs two samples of the same positions', nowMs)
    return { inRate: unknown, outRate: unknown }
  }
  const seconds = (newest.atMs - oldest.atMs) / 1_000
  const rate = (count: bigint) =>
    ok(
      Math.round((Number(count) / seconds) * 1000) / 1000,
      'per-second',
      newest.atMs,
      isWhole ? 'exact' : 'approximate',
    )
  return { inRate: rate(newest.end - oldest.end), outRate: rate(newest.committed - oldest.committed) }
}

/** How much of what the log keeps lies between its beginning and the reader, at the worst partition: 1 is on the edge of loss. */
function retentionUsed(rows: readonly Counted[], atMs: number): Reading | null {
  let worst: number | null = null
  for (const { committed, start, end, lag } of rows) {
    if (start === null || !digits.test(start) || !isOk(lag)) continue
    const kept = Number(BigInt(end) - BigInt(start))
    const behind = Number(BigInt(end) - BigInt(committed))
    const used = kept <= 0 ? 0 : Math.min(1, Math.max(0, behind) / kept)
    if (worst === null || used > worst) worst = used
  }
  if (worst === null) return null
  const reading = ok(Math.round(worst * 1000) / 1000, 'ratio', atMs)
  return { ...reading, detail: { formula: 'lag ÷ (end − start), worst partition' } }
}

/**
 * Seconds until the log drops what this group has not read: by age, where the topic is kept for a time and the next
 * message's age grows; by size, where the beginning of a log comes nearer to a commit.
 */
function timeToLoss(
  { total, totalSeconds, readings }: GroupSample,
  rows: readonly Counted[],
  far: Track['far'],
  { inRate, outRate }: Readings,
  nowMs: number,
): Reading | null {
  if (!isOk(total) || total.value === 0) return null
  const found: Reading[] = []
  const retention = readings?.retentionSeconds
  if (isOk(retention) && isOk(totalSeconds) && isOk(inRate) && isOk(outRate)) {
    const ageing = inRate.value > 0 ? 1 - outRate.value / inRate.value : outRate.value > 0 ? 0 : 1
    if (ageing > 0.05)
      found.push(
        estimate(
          Math.max(0, retention.value - totalSeconds.value) / ageing,
          'seconds',
          [retention, totalSeconds, inRate, outRate],
          { formula: '(retention − lag in seconds) ÷ (1 − out ÷ in)' },
        ),
      )
  }
  for (const row of rows) {
    const old = far.get(keyOf(row))?.old
    if (!old || row.start === null || !digits.test(row.start) || nowMs - old.atMs < farEnoughMs) continue
    const seconds = (nowMs - old.atMs) / 1_000
    const start = BigInt(row.start)
    const coming = Number(start - old.start) / seconds
    const leaving = Number(BigInt(row.committed) - old.committed) / seconds
    const left = Number(BigInt(row.committed) - start)
    if (coming <= 0 || coming <= leaving || left < 0) continue
    found.push({
      ...ok(Math.round(left / (coming - leaving)), 'seconds', nowMs, 'estimated'),
      detail: {
        formula: '(committed − start) ÷ (pace of start − pace of commits)',
        partition: row.partition,
      },
    })
  }
  return found
    .filter(isOk)
    .reduce<Reading | null>(
      (least, one) => (least && isOk(least) && least.value <= one.value ? least : one),
      null,
    )
}

function lostOf(rows: readonly LagRow[], atMs: number): Reading | null {
  const known = rows.flatMap(({ lost }) => (isOk(lost) ? [lost] : []))
  if (known.length === 0) return null
  const isWhole = known.length === rows.length && known.every((one) => one.quality === 'exact')
  const sum = known.reduce((total, one) => total + one.value, 0)
  return ok(sum, 'messages', atMs, isWhole ? 'exact' : 'approximate')
}

/** Two marks a partition, half an hour apart at most, so that one of them is always old enough. */
function followFar(far: Track['far'], rows: readonly Counted[], atMs: number): void {
  const seen = new Set<string>()
  for (const row of rows) {
    if (row.start === null || !digits.test(row.start)) continue
    const key = keyOf(row)
    seen.add(key)
    const now = { atMs, start: BigInt(row.start), committed: BigInt(row.committed) }
    const marks = far.get(key)
    if (!marks || now.start < marks.middle.start || now.committed < marks.middle.committed)
      far.set(key, { old: now, middle: now })
    else if (atMs - marks.middle.atMs > farMs) far.set(key, { old: marks.middle, middle: now })
  }
  for (const key of far.keys()) if (!seen.has(key)) far.delete(key)
}
