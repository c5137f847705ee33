import type { Quality, Readings, Unit } from '../../../../lib/schemas/reading.ts'
import { type HistorySample, type HistorySubject, qualities } from '../../contract/history.ts'
import type { MetricName, SubjectName } from './catalogue.ts'
import type { Changes } from './tick-body.ts'

/** A subject that no sample names any more gives its places back after so many samples. */
const forgottenAfter = 240
const metricName = /^[a-z][a-zA-Z0-9]{0,39}$/
const rank = new Map<Quality, number>(qualities.map((quality, index) => [quality, index]))

interface Known {
  incarnation: string | undefined
  /** Names of its metrics, and the place of each. Replaced and never pushed to: that would make room for 16 more. */
  names: readonly string[]
  handles: readonly number[]
  seen: number
}
interface BrokerState {
  readonly subjects: Map<string, Known>
  samples: number
  segment: number
  needsAll: boolean
  refused: number
}
/** New series of one subject; handles are the sender's names of them, in the order of their metrics. */
export interface SubjectSeries extends SubjectName {
  readonly handles: readonly number[]
  readonly metrics: readonly MetricName[]
}
export interface Difference {
  readonly isFull: boolean
  readonly defines: readonly SubjectSeries[]
  readonly changes: Changes & { readonly series: Uint32Array }
}

/**
 * What was told last of every series, so that only what changed is written: an unchanged value costs a look, not a
 * byte. Invariant: the first difference of a broker in a segment is full, and what a sample leaves out is told as a
 * gap once. There are at most `limit` series; others find no room and are counted.
 */
export class ChangeBook {
  readonly #segmentLength: number
  readonly #limit: number
  readonly #brokers = new Map<string, BrokerState>()
  readonly #free: number[] = []
  /** Given back in this sample: what is told of them still means the old series. */
  readonly #cooling: number[] = []
  /** One object a metric: 80,000 series have ten of them, and what is posted names each once. */
  readonly #metrics = new Map<string, MetricName>()
  #lastNames: readonly string[] = []
  #opened = 0
  #values = new Float64Array(1024).fill(Number.NaN)
  #qualities = new Uint8Array(1024)
  #series = new Uint32Array(1024)
  #length = 0

  constructor(segmentLength: number, limit: number) {
    this.#segmentLength = segmentLength
    this.#limit = limit
  }

  get live(): number {
    return this.#opened - this.#free.length - this.#cooling.length
  }

  /** Series that found no room in the newest samples. */
  get refused(): number {
    return [...this.#brokers.values()].reduce((sum, { refused }) => sum + refused, 0)
  }

  /** What the sample tells that the one before did not. */
  take(sample: HistorySample): Difference {
    for (let handle = this.#cooling.pop(); handle !== undefined; handle = this.#cooling.pop())
      this.#free.push(handle)
    const state = this.#stateOf(sample.broker)
    const segment = Math.floor(sample.atMs / this.#segmentLength)
    const isFull = state.needsAll || segment !== state.segment
    state.needsAll = false
    state.segment = segment
    state.samples += 1
    state.refused = 0
    this.#length = 0
    const defines: SubjectSeries[] = []
    for (const subject of sample.subjects) this.#takeSubject(state, subject, isFull, defines)
    for (const [key, known] of state.subjects) if (known.seen !== state.samples) this.#miss(state, key, known)
    const series = this.#series.slice(0, this.#length)
    return {
      isFull,
      defines,
      changes: {
        series,
        values: Float64Array.from(series, (handle) => this.#values[handle] ?? Number.NaN),
        qualities: Uint8Array.from(series, (handle) => this.#qualities[handle] ?? 0),
      },
    }
  }

  /** A sample was not written: the next one tells everything. */
  lost(broker: string): void {
    this.#stateOf(broker).needsAll = true
  }

  forget(broker: string): void {
    for (const known of this.#brokers.get(broker)?.subjects.values() ?? []) this.#release(known)
    this.#brokers.delete(broker)
  }

  /** Whoever listened is another now: nothing was told yet. */
  reset(): void {
    this.#brokers.clear()
    this.#free.length = 0
    this.#cooling.length = 0
    this.#opened = 0
    this.#values.fill(Number.NaN)
  }

  #takeSubject(state: BrokerState, subject: HistorySubject, isFull: boolean, defines: SubjectSeries[]): void {
    const key = `${subject.scope} ${subject.id}`
    let known = state.subjects.get(key)
    if (known && isOther(known.incarnation, subject.incarnation)) {
      this.#silence(known)
      this.#release(known)
      known = undefined
    }
    if (!known) {
      known = { incarnation: subject.incarnation, names: [], handles: [], seen: 0 }
      state.subjects.set(key, known)
    }
    known.incarnation = subject.incarnation ?? known.incarnation
    known.seen = state.samples
    const { readings } = subject
    for (let index = 0; index < known.names.length; index += 1)
      this.#put(known.handles[index] ?? 0, readings, known.names[index] ?? '', isFull)
    const names: string[] = []
    const handles: number[] = []
    const metrics: MetricName[] = []
    let place = 0
    for (const name in readings) {
      if (readings[name]?.state !== 'ok') continue
      // Nearly always they come in the same order.
      if (known.names[place] === name) {
        place += 1
        continue
      }
      if (known.names.includes(name) || !metricName.test(name)) continue
      const handle = this.#open()
      if (handle === null) {
        state.refused += 1
        continue
      }
      names.push(name)
      handles.push(handle)
      metrics.push(this.#metricOf(name, readings[name].unit))
      this.#put(handle, readings, name, true)
    }
    if (handles.length === 0) return
    known.names = this.#sharedNames(known.names.concat(names))
    known.handles = known.handles.concat(handles)
    const { scope, id, incarnation } = subject
    defines.push({ scope, id, incarnation, handles, metrics })
  }

  /** Neighbours nearly always have the same metrics: they have one list. */
  #sharedNames(names: readonly string[]): readonly string[] {
    const last = this.#lastNames
    const isSame = last.length === names.length && last.every((name, index) => name === names[index])
    if (!isSame) this.#lastNames = names
    return this.#lastNames
  }

  #metricOf(metric: string, unit: Unit): MetricName {
    const key = `${metric} ${unit}`
    const known = this.#metrics.get(key) ?? { metric, unit }
    this.#metrics.set(key, known)
    return known
  }

  #put(handle: number, readings: Readings, name: string, isFull: boolean): void {
    const reading = readings[name]
    const isKnown = reading?.state === 'ok' && Number.isFinite(reading.value)
    const value = isKnown ? reading.value : Number.NaN
    const quality = isKnown ? (rank.get(reading.quality) ?? 0) : 0
    const isSame = Object.is(this.#values[handle], value) && (!isKnown || this.#qualities[handle] === quality)
    if (isFull ? !isKnown : isSame) {
      this.#values[handle] = value
      return
    }
    this.#values[handle] = value
    this.#qualities[handle] = quality
    this.#note(handle)
  }

  /** It stands in no sample any more: unknown from now on, and in the end forgotten. */
  #miss(state: BrokerState, key: string, known: Known): void {
    if (known.seen === state.samples - 1) this.#silence(known)
    if (state.samples - known.seen < forgottenAfter) return
    this.#release(known)
    state.subjects.delete(key)
  }

  #silence({ handles }: Known): void {
    for (const handle of handles) {
      if (Number.isNaN(this.#values[handle])) continue
      this.#values[handle] = Number.NaN
      this.#note(handle)
    }
  }

  #note(handle: number): void {
    if (this.#length === this.#series.length) {
      const grown = new Uint32Array(this.#length * 2)
      grown.set(this.#series)
      this.#series = grown
    }
    this.#series[this.#length++] = handle
  }

  #open(): number | null {
    if (this.live >= this.#limit) return null
    const handle = this.#free.pop() ?? this.#opened++
    if (handle >= this.#values.length) {
      const values = new Float64Array(this.#values.length * 2).fill(Number.NaN)
      values.set(this.#values)
      const marks = new Uint8Array(values.length)
      marks.set(this.#qualities)
      this.#values = values
      this.#qualities = marks
    }
    return handle
  }

  #release(known: Known): void {
    for (const handle of known.handles) {
      this.#values[handle] = Number.NaN
      this.#cooling.push(handle)
    }
  }

  #stateOf(broker: string): BrokerState {
    const known = this.#brokers.get(broker)
    if (known) return known
    const state = { subjects: new Map(), samples: 0, segment: Number.NaN, needsAll: true, refused: 0 }
    this.#brokers.set(broker, state)
    return state
  }
}

/** One that leaves the incarnation out says nothing about it. */
function isOther(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b
}
