import type { DeadLetterInfo } from '../../lib/schemas/destination.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { OkReading, Reading, Readings } from '../../lib/schemas/reading.ts'
import {
  type DeadLetterEdge,
  type DestinationInfo,
  type DestinationRef,
  type DestinationSample,
  encodeParts,
  encodeRef,
  type GroupSample,
  type NodeSample,
  ok,
  type Sample,
  unavailable,
} from '../brokers/contract/index.ts'
import type { DetectDeadLetters, HeaderSighting } from '../dead-letters/contract.ts'
import { deriveBroker, deriveKept } from './derive.ts'
import { markAllStale } from './freshness.ts'
import { GroupPace } from './group-pace.ts'
import { RateBook, sumReadings } from './rates.ts'

/** One destination as it is known: what it is, what it was like at the last sample, what dies here. */
export interface Row {
  readonly id: string
  readonly info: DestinationInfo
  /** A deleted and recreated destination has another one, where the broker tells it. */
  readonly incarnation?: string | undefined
  /** `name` in lower case, for finding it. */
  readonly lowerName: string
  readonly state: string
  readonly readings: Readings
  readonly problems: readonly Problem[]
  readonly deadLetter: DeadLetterInfo
}
export interface GroupRow {
  readonly id: string
  readonly sample: GroupSample
}

/** Everything known of one broker at one moment; never changed, only replaced. */
export interface Snapshot {
  readonly sampledAtMs: number
  /** Name-sorted. */
  readonly rows: readonly Row[]
  readonly byId: ReadonlyMap<string, Row>
  readonly groups: readonly GroupRow[]
  readonly edges: readonly DeadLetterEdge[]
  /** Null where the broker does not tell of its servers. */
  readonly nodes: readonly NodeSample[] | null
  /** Why the broker blocks or refuses what is published; null while it does not. */
  readonly blocked: string | null
  readonly readings: Readings
  readonly problems: readonly Problem[]
  /** What the last sample itself complained of. */
  readonly sampleProblems: readonly Problem[]
}

type KnownDestination = Omit<DestinationSample, 'counters'>
interface KnownSample extends Omit<Sample, 'destinations'> {
  readonly destinations: readonly KnownDestination[]
}

/** The scope of a problem that leaves open where rejects go. */
export const deadLetterScope = 'dead-letters'

export interface Structure {
  readonly items: readonly DestinationInfo[]
  readonly edges: readonly DeadLetterEdge[]
  readonly problems: readonly Problem[]
}

/**
 * Joins structure (slow) and sample (fast) into snapshots. Pure apart from the counters it remembers.
 * Invariant: a destination is listed when the structure names it; one that only a sample names makes
 * `isBehind` true, and the structure is read again.
 */
export class Book {
  readonly #rates = new RateBook()
  readonly #pace = new GroupPace()
  readonly #detect: DetectDeadLetters
  readonly #ids = new Map<string, string>()
  /** As last told: a reading that leaves it out says nothing about it. */
  readonly #incarnations = new Map<string, string>()
  #structure: Structure | null = null
  #deadLetters: ReadonlyMap<string, DeadLetterInfo> = new Map()
  #sampledKeys: ReadonlySet<string> = new Set()
  #knownKeys: ReadonlySet<string> = new Set()
  #sample: KnownSample | null = null
  #groups: readonly GroupRow[] = []
  snapshot: Snapshot | null = null

  constructor(detect: DetectDeadLetters) {
    this.#detect = detect
  }

  /** The structure no longer fits what samples name. */
  get isBehind(): boolean {
    for (const key of this.#sampledKeys) if (!this.#knownKeys.has(key)) return true
    return false
  }

  get hasStructure(): boolean {
    return this.#structure !== null
  }

  takeStructure(structure: Structure, sightings: readonly HeaderSighting[], nowMs: number): void {
    this.#structure = structure
    this.#knownKeys = new Set(structure.items.map((item) => keyOf(item.ref)))
    for (const map of [this.#ids, this.#incarnations])
      for (const key of map.keys()) if (!this.#knownKeys.has(key)) map.delete(key)
    this.redetect(sightings, nowMs)
  }

  /** Sightings changed: roles are found anew over the same structure. */
  redetect(sightings: readonly HeaderSighting[], nowMs: number): void {
    if (!this.#structure) return
    this.#deadLetters = this.#detect(this.#structure.items, this.#structure.edges, sightings)
    this.#rebuild(nowMs)
  }

  /** Answers whether a destination that was sampled before is gone: the structure should be read again. */
  takeSample(sample: Sample, nowMs: number): boolean {
    const keys = new Set<string>()
    for (const one of sample.destinations) {
      const key = keyOf(one.ref)
      keys.add(key)
      this.#rates.observe(this.#lifeOf(key, one), one.counters)
    }
    if (sample.counters) this.#rates.observe(brokerKey, sample.counters)
    this.#rates.prune(
      new Set([
        brokerKey,
        ...sample.destinations.map((one) => this.#lifeOf(keyOf(one.ref), one)),
        ...sample.groups.map((one) => groupRateKey(one.key)),
      ]),
    )
    this.#groups = sample.groups.map((one) => ({
      id: groupId(one.key),
      sample: { ...one, readings: this.#readingsOf(one, sample.atMs) },
    }))
    this.#pace.prune(new Set(sample.groups.map((one) => one.key)))
    let isGone = false
    for (const key of this.#sampledKeys) if (!keys.has(key) && this.#knownKeys.has(key)) isGone = true
    this.#sampledKeys = keys
    // What was counted is in the rates; beside them it would stand here until the next sample.
    this.#sample = { ...sample, destinations: sample.destinations.map(withoutCounters) }
    this.#rebuild(nowMs)
    return isGone
  }

  /** Rates for a sample that was read for one destination alone. */
  withRates(sample: DestinationSample, nowMs: number): Readings {
    return deriveKept(this.#rates.withRates(this.#lifeOf(keyOf(sample.ref), sample), sample.readings, nowMs))
  }

  /** By counters where the driver counts, by positions else. */
  #readingsOf(group: GroupSample, atMs: number): Readings {
    if (!group.counters) return this.#pace.observe(group, atMs)
    const key = groupRateKey(group.key)
    this.#rates.observe(key, group.counters)
    const rates = this.#rates.withRates(key, {}, atMs)
    return this.#pace.observe({ ...group, readings: { ...group.readings, ...rates } }, atMs)
  }

  /** What its counters are kept under: a deleted and recreated destination counts anew. */
  #lifeOf(key: string, { incarnation }: Pick<DestinationSample, 'incarnation'>): string {
    if (incarnation !== undefined) this.#incarnations.set(key, incarnation)
    const known = this.#incarnations.get(key)
    return known === undefined ? key : `${key}\n${known}`
  }

  #rebuild(nowMs: number): void {
    const [structure, sample] = [this.#structure, this.#sample]
    if (!structure || !sample) return
    const samples = new Map(sample.destinations.map((one) => [keyOf(one.ref), one]))
    const rows = structure.items.map((info) => this.#toRow(info, samples.get(keyOf(info.ref)), nowMs))
    rows.sort(byName)
    this.snapshot = {
      sampledAtMs: sample.atMs,
      rows,
      byId: new Map(rows.map((row) => [row.id, row])),
      groups: this.#groups,
      edges: structure.edges,
      nodes: sample.nodes ?? null,
      blocked: sample.blocked ?? null,
      readings: deriveBroker(
        this.#rates.withRates(brokerKey, brokerReadings(sample, structure, rows, nowMs), nowMs),
      ),
      problems: [...structure.problems, ...sample.problems],
      sampleProblems: sample.problems,
    }
  }

  #toRow(info: DestinationInfo, sample: KnownDestination | undefined, nowMs: number): Row {
    const key = keyOf(info.ref)
    const id = this.#ids.get(key) ?? encodeRef(info.ref)
    this.#ids.set(key, id)
    return {
      id,
      info,
      incarnation: sample?.incarnation ?? this.#incarnations.get(key),
      lowerName: info.ref.name.toLowerCase(),
      state: sample?.state ?? 'unknown',
      readings: sample
        ? deriveKept(this.#rates.withRates(this.#lifeOf(key, sample), sample.readings, nowMs))
        : leftOut(this.snapshot?.byId.get(id)?.readings, nowMs),
      problems: [...(info.problems ?? []), ...(sample?.problems ?? [])],
      deadLetter: this.#deadLetters.get(id) ?? noDeadLetters,
    }
  }
}

/** A destination that exists and stands in no sample: a part of the broker did not answer, or it is new. What was known stays, as old. */
function leftOut(last: Readings | undefined, nowMs: number): Readings {
  if (!last) return { depth: unavailable('Not read yet', nowMs) }
  return markAllStale(last, 'The last reading of the broker left it out', nowMs)
}

function withoutCounters({
  ref,
  state,
  readings,
  incarnation,
  problems,
}: DestinationSample): KnownDestination {
  return { ref, state, readings, incarnation, problems }
}

const groupRateKey = (key: string) => `group\n${key}`
/** No destination has this key: its names are not empty. */
const brokerKey = ''

const noDeadLetters: DeadLetterInfo = { isDeadLetter: false, evidence: [], origins: [] }

function keyOf(ref: DestinationRef): string {
  return `${ref.type}\n${ref.namespace ?? ''}\n${ref.name}`
}

export function groupId(key: string): string {
  return encodeParts(['group', key])
}

function byName(a: Row, b: Row): number {
  const [x, y] = [a.info.ref, b.info.ref]
  if (x.name !== y.name) return x.name < y.name ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/** The broker's own, and what follows from its destinations; exchanges only pass on what queues count. */
function brokerReadings(
  sample: KnownSample,
  structure: Structure,
  rows: readonly Row[],
  nowMs: number,
): Readings {
  const stores = rows.filter((row) => row.info.ref.type !== 'exchange' && !row.info.internal)
  const sumOf = (name: string, among: readonly Row[]) =>
    sumReadings(
      among.map((row) => row.readings[name] ?? unavailable('Not sampled yet', nowMs)),
      nowMs,
    )
  const dead = rows.filter((row) => row.deadLetter.isDeadLetter)
  return {
    inRate: sumOf('inRate', stores),
    outRate: sumOf('outRate', stores),
    ...sample.readings,
    ...worstLag(sample.groups),
    deadLetters: dead.length > 0 ? sumOf('depth', dead) : noneFound(structure, sample.atMs),
  }
}

/** The lag of the group that is furthest behind; a group whose lag is not known may be further still. */
function worstLag(groups: readonly GroupSample[]): Readings {
  const totals = groups.map((group) => group.total)
  const known = totals.filter((total) => total.state === 'ok')
  const [first] = totals
  if (!first) return {}
  const worst = known.reduce<OkReading | null>(
    (most, one) => (most && most.value >= one.value ? most : one),
    null,
  )
  if (!worst) return { worstLag: first }
  const missing = totals.filter((total) => total.state === 'unavailable').length
  return { worstLag: missing === 0 ? worst : { ...worst, quality: 'approximate', detail: { missing } } }
}

/** None, where the broker said where rejects go; else nobody knows whether there are any. */
function noneFound({ problems }: Structure, atMs: number): Reading {
  const gap = problems.find((problem) => problem.scope === deadLetterScope)
  return gap ? unavailable(gap.message, atMs) : ok(0, 'messages', atMs)
}
