import type { LagRow } from '../../lib/schemas/group.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import type { Recent, RecentItem, RecentMetric } from '../../lib/schemas/recent.ts'
import { GroupSeries } from './group-series.ts'
import { follow, showMovement } from './movement.ts'
import { Ring, type RingSize } from './ring.ts'
import { Track, type TrackPoints } from './track.ts'

/** An unwatched broker is read every 15 s, so that every step sees at least one reading. */
export const lastQuarter: RingSize = { stepMs: 20_000, length: 45 }
/** 100,000 series take 18 MB: what comes beyond is not kept. */
const maxSeries = 100_000

/** One reading of a broker. A destination with another incarnation is another one under the same name. */
export interface RecentSample {
  readonly atMs: number
  readonly readings: Readings
  readonly destinations: Iterable<{
    readonly id: string
    readonly incarnation?: string | undefined
    readonly readings: Readings
  }>
  readonly groups: Iterable<{
    readonly id: string
    readonly total: Reading
    readonly lag: readonly LagRow[]
  }>
}

export interface RecentRequest {
  readonly metrics: readonly RecentMetric[]
  readonly destinations?: readonly string[] | undefined
  readonly groups?: readonly string[] | undefined
}

const destinationMetrics: readonly RecentMetric[] = ['depth', 'inRate', 'outRate']
const brokerMetrics = ['inRate', 'outRate', 'deadLetters'] as const
const groupMetrics = ['lag', 'inRate', 'outRate'] as const

interface Entry {
  readonly tracks: readonly Track[]
  incarnation: string | undefined
  /** The number of the sample that last named it, and its step. */
  sample: number
  lastStep: number
}

/**
 * The last 15 minutes of one broker, in memory alone: written once a sample, gone with the process.
 * Invariants: a point is a value the broker told in that step, or null; a step nobody read is null, never 0 and
 * never the value before. A destination that was away for a sample, or is another incarnation, begins anew; what
 * vanished is dropped when its last value falls out of the window. There are at most `limit` series.
 */
export class RecentSeries {
  readonly #ring: Ring
  readonly #limit: number
  readonly #broker = new Map(brokerMetrics.map((metric) => [metric as string, new Track()]))
  readonly #destinations = new Map<string, Entry>()
  readonly #groups = new Map<string, GroupSeries>()
  #samples = 0
  #sinceMs: number | null = null

  constructor(size: RingSize = lastQuarter, limit = maxSeries) {
    this.#ring = new Ring(size)
    this.#limit = limit
  }

  /** How many series are held, and what their values take. */
  get cost(): { readonly series: number; readonly bytes: number } {
    return { series: this.#ring.size, bytes: this.#ring.bytes }
  }

  write(sample: RecentSample): void {
    const ring = this.#ring
    const before = ring.step
    const step = ring.stepOf(sample.atMs)
    if (!ring.turnTo(step)) return
    if (this.#sinceMs === null || sample.atMs < this.#sinceMs) this.#sinceMs = sample.atMs
    this.#samples += 1
    for (const [metric, track] of this.#broker) track.put(ring, sample.readings[metric], this.#hasRoom())
    for (const one of sample.destinations) {
      const entry = this.#entryOf(one.id, one.incarnation)
      entry.sample = this.#samples
      entry.lastStep = step
      for (const [index, metric] of destinationMetrics.entries())
        entry.tracks[index]?.put(ring, one.readings[metric], this.#hasRoom())
    }
    for (const one of sample.groups) this.#groupOf(one.id).write(ring, one, sample.atMs, this.#hasRoom)
    if (before !== step) this.#sweep(step)
  }

  /** Somebody looks at this group closely, for as long as the window. */
  lookAtGroup(id: string, nowMs: number): void {
    this.#groups.get(id)?.look(nowMs + this.#ring.stepMs * this.#ring.length)
  }

  /** The rows of a group with what was seen of their movement. */
  withMovement(id: string, rows: readonly LagRow[], nowMs: number): LagRow[] {
    const group = this.#groups.get(id)
    return rows.map((row) => {
      const before = group?.movementOf(row)
      // The rows may be newer than the last sample: what moved since then has moved.
      const movement = before && follow(before, row, nowMs)
      if (!movement) return row
      return { ...row, movement: showMovement(movement) }
    })
  }

  /** What is unknown here is absent from `items`. `brokerId` names the broker's own series. */
  read(brokerId: string, { metrics, destinations, groups }: RecentRequest, nowMs: number): Recent {
    const { stepMs } = this.#ring
    // The step under way may have seen no reading yet: until the next one is due it is not drawn as a gap.
    const last = Math.max(this.#ring.step ?? 0, this.#ring.stepOf(nowMs - stepMs))
    const items: RecentItem[] = []
    const add = (id: string, metric: RecentMetric, found: TrackPoints | null | undefined, more = {}) => {
      if (found?.points.some((point) => point !== null)) items.push({ id, metric, ...tidy(found), ...more })
    }
    for (const metric of metrics) {
      if (!destinations && !groups) add(brokerId, metric, this.#broker.get(metric)?.read(this.#ring, last))
      for (const id of destinations ?? []) {
        const index = destinationMetrics.indexOf(metric)
        add(id, metric, this.#destinations.get(id)?.tracks[index]?.read(this.#ring, last))
      }
      for (const id of groups ?? []) {
        const group = this.#groups.get(id)
        const own = groupMetrics.find((one) => one === metric)
        if (own) add(id, metric, group?.[own].read(this.#ring, last))
        if (metric !== 'partitionLag') continue
        for (const { destination, partition, lag } of group?.parts() ?? [])
          add(id, metric, lag.read(this.#ring, last), { destination, partition })
      }
    }
    const since = this.#sinceMs === null ? null : iso(this.#sinceMs)
    return { since, stepMs, at: iso(last * stepMs), items }
  }

  readonly #hasRoom = () => this.#ring.size < this.#limit

  #entryOf(id: string, incarnation: string | undefined): Entry {
    const known = this.#destinations.get(id)
    if (known && known.sample === this.#samples - 1 && isSame(known.incarnation, incarnation)) {
      known.incarnation = incarnation ?? known.incarnation
      return known
    }
    if (known) this.#drop(id, known)
    const tracks = destinationMetrics.map(() => new Track())
    const entry = { tracks, incarnation, sample: this.#samples, lastStep: 0 }
    this.#destinations.set(id, entry)
    return entry
  }

  #groupOf(id: string): GroupSeries {
    const known = this.#groups.get(id)
    if (known) return known
    const group = new GroupSeries()
    this.#groups.set(id, group)
    return group
  }

  #drop(id: string, entry: Entry): void {
    for (const track of entry.tracks) track.close(this.#ring)
    this.#destinations.delete(id)
  }

  /** What vanished, and whose last value has now fallen out. */
  #sweep(step: number): void {
    const isOut = (lastStep: number) => Math.abs(step - lastStep) >= this.#ring.length
    for (const [id, entry] of this.#destinations) if (isOut(entry.lastStep)) this.#drop(id, entry)
    for (const [id, group] of this.#groups) {
      if (!isOut(group.lastStep)) continue
      group.close(this.#ring)
      this.#groups.delete(id)
    }
  }
}

const iso = (ms: number) => new Date(ms).toISOString()

/** A reading that leaves the incarnation out says nothing about it. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b
}

/** Seven digits are what a 32-bit float knows. */
function tidy({ points, quality }: TrackPoints): TrackPoints {
  return { points: points.map((point) => point && Number(point.toPrecision(7))), quality }
}
