import { type Call, remainingMs, shorten } from '../contract/index.ts'
import type { Brokers } from './cluster.ts'
import { describeCode, isStale } from './errors.ts'
import { type FetchedPartition, fetchApi } from './protocol/fetch.ts'
import { findRecordTime } from './records/first-time.ts'

/** A place in a log whose next message's time is asked for. */
export interface Place {
  /** Whose turn it is, when not all can be asked: one a group and partition. */
  readonly row: string
  /** Somebody looks at it: before all others. */
  readonly isWatched: boolean
  readonly topic: string
  /** The topic's id and the partition: another incarnation is another log. */
  readonly log: string
  readonly partition: number
  readonly leader: number
  readonly offset: bigint
  readonly end: bigint
}

/** The time the next message carries; or that there is none up to the end: markers and compaction took the offsets. */
export type RecordTime = { readonly atMs: number } | { readonly residue: true }

interface Known {
  readonly time: RecordTime
  readonly end: bigint
  usedAtMs: number
}
interface Step {
  readonly place: Place
  /** Where to look next; behind `place.offset` after markers. */
  readonly from: bigint
  /** Its first batch is larger than a share of a request: asked alone, of which the broker sends one batch. */
  readonly alone: boolean
}

/** Places looked up in one sample; the rest have their turn in the next ones. */
const placesPerSample = 256
/** Of each partition in a request: the batch with the next message, mostly. */
const shareBytes = 8 * 1024
const requestBytes = 4 * 1024 * 1024
/** Batches larger than a share, each in a request of its own, a sample. */
const alonePerSample = 16
/** A look goes on behind markers and what compaction emptied, but not for ever. */
const maxSteps = 4
const maxMs = 1_500
/** What no sample asked for so long is forgotten; a broker nobody looks at is sampled once a minute. */
const keptMs = 5 * 60_000

/**
 * When the next message of a group was written, by the record itself: one fetch a leader, without any group,
 * and never twice for the same place. A partition where nothing moves costs nothing.
 */
export class RecordTimes {
  readonly #known = new Map<string, Known>()
  /** Why a place cannot be read; not tried again for a while. */
  readonly #failed = new Map<string, string>()
  /** When each row last had its turn. */
  readonly #asked = new Map<string, number>()
  #turn = 0
  #tidiedAtMs = Date.now()

  /** Null: not known yet, or its batch could not be read. */
  timeOf({ log, offset, end }: Pick<Place, 'log' | 'offset' | 'end'>): RecordTime | null {
    const known = this.#known.get(`${log} ${offset}`)
    if (!known || ('residue' in known.time && known.end !== end)) return null
    known.usedAtMs = Date.now()
    return known.time
  }

  /** Why this place will not be known soon; null when it only did not have its turn. */
  failureAt(log: string, offset: bigint): string | null {
    return this.#failed.get(`${log} ${offset}`) ?? null
  }

  /** Looks up what is not known, within bounds of time, places and bytes: the first of `places` by turn. Throws only when the call is abandoned. */
  async learn(
    cluster: Brokers,
    places: readonly Place[],
    call: Call,
    limit = placesPerSample,
  ): Promise<void> {
    this.#turn++
    const open = new Map<string, Place>()
    for (const place of places) {
      const key = `${place.log} ${place.offset}`
      if (!this.timeOf(place) && !open.has(key) && !this.#failed.has(key)) open.set(key, place)
    }
    const turnOf = ({ row }: Place) => this.#asked.get(row) ?? 0
    const turn = [...open.values()]
      .sort((a, b) => Number(b.isWatched) - Number(a.isWatched) || turnOf(a) - turnOf(b))
      .slice(0, limit)
    for (const { row } of turn) this.#asked.set(row, this.#turn)
    const bounded = shorten(call, Math.min(maxMs, remainingMs(call) * 0.3))
    let steps: readonly Step[] = turn.map((place) => ({ place, from: place.offset, alone: false }))
    for (let step = 0; steps.length > 0 && step < maxSteps; step++)
      steps = await this.#take(cluster, steps, bounded)
    this.#tidy()
  }

  /** One round for all; answers what must be asked again. */
  async #take(cluster: Brokers, steps: readonly Step[], call: Call): Promise<readonly Step[]> {
    const large = steps.filter((step) => step.alone).slice(0, alonePerSample)
    const requests = [...packRequests(steps.filter((step) => !step.alone)), ...large.map((step) => [step])]
    const rest = await Promise.all(requests.map((request) => this.#ask(cluster, request, call)))
    return rest.flat()
  }

  async #ask(cluster: Brokers, request: readonly Step[], call: Call): Promise<readonly Step[]> {
    const [first] = request
    if (!first) return []
    const bytes = first.alone ? 1 : shareBytes
    const topics = request.map(({ place, from }) => ({
      topic: place.topic,
      partitions: [{ partition: place.partition, offset: from, maxBytes: bytes }],
    }))
    const query = { maxWaitMs: 0, minBytes: 0, maxBytes: first.alone ? 1 : requestBytes, uncommitted: true }
    try {
      const answer = await cluster.node(first.place.leader, fetchApi, { ...query, topics }, call, 'times')
      if (answer.error !== 0) return []
      const rows = new Map(answer.partitions.map((row) => [`${row.partition} ${row.topic}`, row]))
      return request.flatMap((step) => {
        const row = rows.get(`${step.place.partition} ${step.place.topic}`)
        if (!row || isStale(row.error)) return []
        if (row.error === 0) return this.#read(step, row)
        this.#fail(step.place, describeCode(row.error))
        return []
      })
    } catch (error) {
      if (call.signal.aborted) throw error
      return []
    }
  }

  #read(step: Step, { bytes }: FetchedPartition): readonly Step[] {
    const { place, from, alone } = step
    const found = findRecordTime(bytes, from)
    if (found === 'illegible') {
      this.#fail(place, 'it carries no time, or has a format or codec that is not read here')
      return []
    }
    if (found === 'cut') return alone ? [] : [{ ...step, alone: true }]
    if ('atMs' in found || found.next >= place.end) {
      const time = 'atMs' in found ? found : { residue: true as const }
      this.#known.set(`${place.log} ${place.offset}`, { time, end: place.end, usedAtMs: Date.now() })
      return []
    }
    return [{ place, from: found.next, alone }]
  }

  #fail({ log, offset }: Place, reason: string): void {
    this.#failed.set(`${log} ${offset}`, reason)
  }

  #tidy(): void {
    const nowMs = Date.now()
    if (nowMs - this.#tidiedAtMs < keptMs) return
    this.#tidiedAtMs = nowMs
    for (const [key, known] of this.#known) if (nowMs - known.usedAtMs > keptMs) this.#known.delete(key)
    // Turns of so long ago are all alike, and rows that are gone must not stay.
    this.#asked.clear()
    this.#failed.clear()
  }
}

/** A request a leader; of a partition that several groups read at different places, one place a request. */
function packRequests(steps: readonly Step[]): readonly (readonly Step[])[] {
  const requests = new Map<number, { readonly logs: Set<string>; readonly steps: Step[] }[]>()
  for (const step of steps) {
    const { leader, log } = step.place
    const ofLeader = requests.get(leader) ?? []
    requests.set(leader, ofLeader)
    let request = ofLeader.find((one) => !one.logs.has(log))
    if (!request) {
      request = { logs: new Set(), steps: [] }
      ofLeader.push(request)
    }
    request.logs.add(log)
    request.steps.push(step)
  }
  return [...requests.values()].flat().map((request) => request.steps)
}
