import { setImmediate as turn } from 'node:timers/promises'
import { type Permission, permissions, writePermissions } from '../../lib/domain/permissions.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import {
  type Call,
  type Caller,
  type DeadLetterEdge,
  type DestinationInfo,
  type DestinationRef,
  type GuardedBroker,
  newCall,
  type Probe,
  type Sample,
  shorten,
  within,
} from '../brokers/contract/index.ts'
import { RecentSeries, toHistory } from '../series/index.ts'
import { Book, deadLetterScope, type Snapshot } from './book.ts'
import { findChanges, isQuiet } from './changes.ts'
import { freshMs } from './freshness.ts'
import { afterFailure, afterProbe, type Health, newHealth, wordsOf } from './health.ts'
import type { SamplerPorts } from './ports.ts'
import { Pulse } from './pulse.ts'
import { type Sampling, samplingOf, withJitter } from './sampling.ts'

/** Our own reading: everything but writes. */
export const systemCaller: Caller = {
  actor: 'signalbox',
  via: 'system',
  permissions: new Set(
    permissions.filter((one) => !(writePermissions as readonly Permission[]).includes(one)),
  ),
  auditId: null,
}

const watchedMs = 60_000
const intervals = { structure: 30_000, probe: 4_000 }
const limits = { probe: 4_500, sample: 20_000, crawl: 60_000, page: 500, refresh: 2_000, connect: 10_000 }
const downProbeMs = [500, 1_000, 2_000, 4_000]

/**
 * Reads one broker, once per interval, whatever the number of viewers. Two loops that do not wait for each
 * other: the probe says whether the broker lives (every 4 s, 4.5 s at most: a death shows within 10 s), the
 * sample says what is in it. Structure is read when it is old or no longer fits, beside the samples. While
 * the broker is down the last snapshot stands, and only the probe goes on; the first good one wakes the rest.
 */
export class Watcher {
  readonly broker: GuardedBroker
  readonly #ports: SamplerPorts
  readonly #book: Book
  readonly recent = new RecentSeries()
  readonly #stop = new AbortController()
  readonly #samplePulse = new Pulse()
  readonly #probePulse = new Pulse()
  readonly #watchedRefs = new Map<string, { ref: DestinationRef; untilMs: number }>()
  readonly #loops: Promise<void>[] = []
  #watchedUntilMs = 0
  #startedAtMs = 0
  #structureAtMs = 0
  #wantsStructure = true
  #crawl: Promise<void> | null = null
  #underWay: Promise<void> | null = null
  #sampleProblem: string | null = null
  #crawlProblem: string | null = null
  #lastProbe: Probe | null = null
  /** What the last samples took, newest last. */
  #tookMs: readonly number[] = []
  #movedAtMs = 0
  #failures = 0
  sampling: Sampling = samplingOf({ isWatched: false, stillMs: 0, tookMs: [] })
  health: Health

  constructor(broker: GuardedBroker, ports: SamplerPorts) {
    this.broker = broker
    this.#ports = ports
    this.#book = new Book(ports.detect)
    this.health = newHealth(ports.now())
  }

  get book(): Book {
    return this.#book
  }

  /** How long the last sample took. */
  get sampleMs(): number {
    return this.#tookMs.at(-1) ?? 0
  }

  /** Samples that failed since the console started. */
  get failures(): number {
    return this.#failures
  }

  start(): void {
    this.#startedAtMs = this.#ports.now()
    this.#movedAtMs = this.#startedAtMs
    this.#loops.push(this.#probeLoop(), this.#sampleLoop())
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#samplePulse.beat()
    this.#probePulse.beat()
    // Nothing more will come: who waits for it goes on.
    this.#wakeWaiting()
    await Promise.allSettled(this.#loops)
  }

  /** Somebody looks, for the next minute; at `ref` closely. */
  watch(ref?: { readonly id: string; readonly ref: DestinationRef }): void {
    const untilMs = this.#ports.now() + watchedMs
    const wasWatched = this.#isWatched()
    this.#watchedUntilMs = untilMs
    if (ref) this.#watchedRefs.set(ref.id, { ref: ref.ref, untilMs })
    if (!wasWatched) this.#samplePulse.beat()
  }

  /** Something was written: the next values should show it. */
  touch(): void {
    this.#wantsStructure = true
    this.#watchedUntilMs = Math.max(this.#watchedUntilMs, this.#ports.now() + watchedMs)
    this.#samplePulse.beat()
  }

  redetect(): void {
    const before = this.#book.snapshot
    this.#book.redetect(this.#ports.sightingsOf(this.broker.id), this.#ports.now())
    if (before) this.#announce(before)
  }

  /** Waits until values of the last 5 s are there, 2 s at most (10 s for a first connection); the old ones stay. */
  async freshen(call: Call): Promise<void> {
    this.watch()
    const has = () => this.#book.snapshot !== null
    // A first connection that is only slow is still being made.
    const isConnecting = () =>
      this.health.code === 'timeout' && this.#ports.now() - this.#startedAtMs < limits.connect
    const isDown = () => this.health.state === 'down' && (has() || !isConnecting())
    const first = shorten(call, limits.connect)
    while (!has() && !isDown() && !this.#stop.signal.aborted && Date.now() < first.deadlineAt) {
      await within(first, this.#changed()).catch(ignoreDeadline(call))
    }
    const snapshot = this.#book.snapshot
    if (!snapshot || isDown()) return
    if (this.#ports.now() - snapshot.sampledAtMs <= freshMs) return
    await within(shorten(call, limits.refresh), this.#sampleOnce()).catch(ignoreDeadline(call))
  }

  readonly #waiting = new Set<() => void>()
  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }
  #wakeWaiting(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
  /** A broker that was taken away, or replaced, has no more news of this reader. */
  #tell(): void {
    this.#wakeWaiting()
    if (!this.#stop.signal.aborted) this.#ports.onBroker(this.broker.id)
  }

  #isWatched(): boolean {
    return this.#ports.isWatchedLive() || this.#ports.now() < this.#watchedUntilMs
  }

  async #probeLoop(): Promise<void> {
    let failures = 0
    while (!this.#stop.signal.aborted) {
      const before = this.health.state
      try {
        const probe = await this.broker.as(systemCaller).probe(newCall(limits.probe, this.#stop.signal))
        failures = 0
        this.#lastProbe = probe
        this.#feel()
      } catch (error) {
        if (this.#stop.signal.aborted) return
        failures += 1
        this.#lastProbe = null
        this.health = afterFailure(this.health, error, this.#ports.now())
      }
      if (before !== this.health.state) {
        const { state, reason } = this.health
        const told = { broker: this.broker.id, state, reason }
        // The first good answer is what everybody expects.
        if (before === 'connecting' && state === 'up') this.#ports.log.debug('broker state', told)
        else this.#ports.log.info('broker state', told)
        if (before === 'down' || before === 'connecting') {
          this.#wantsStructure = true
          this.#samplePulse.beat()
        }
        this.#tell()
      }
      const delay =
        failures === 0 ? intervals.probe : (downProbeMs[Math.min(failures, downProbeMs.length) - 1] ?? 4_000)
      await this.#probePulse.rest(delay)
    }
  }

  #feel(): void {
    if (!this.#lastProbe) return
    const sampled = this.#book.snapshot?.sampleProblems ?? []
    const now = this.#ports.now()
    this.health = afterProbe(this.health, this.#lastProbe, sampled, this.#sampleProblem, now)
  }

  async #sampleLoop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const beganAt = Date.now()
      if (this.health.state !== 'down' && this.health.state !== 'connecting') {
        await this.#sampleOnce().catch(() => undefined)
      }
      this.sampling = this.#samplingNow()
      const restMs = withJitter(this.sampling.intervalMs, Math.random()) - (Date.now() - beganAt)
      await this.#samplePulse.rest(Math.max(200, restMs))
    }
  }

  /** One sample at a time; whoever asks meanwhile gets the one under way. */
  #sampleOnce(): Promise<void> {
    this.#underWay ??= this.#sample().finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  async #sample(): Promise<void> {
    const connection = this.broker.as(systemCaller)
    const beganAt = Date.now()
    const needsFirst = !this.#book.hasStructure
    try {
      if (this.#isStructureDue()) this.#startCrawl()
      const sample = await connection.sample(this.#watchedNow(), newCall(limits.sample, this.#stop.signal))
      if (needsFirst) await this.#crawl
      if (!this.#book.hasStructure)
        throw new Error(this.#crawlProblem ?? 'its destinations are not listed yet')
      this.#tookMs = [...this.#tookMs.slice(-1), Date.now() - beganAt]
      const before = this.#book.snapshot
      if (before === null) await this.#recall()
      const isGone = this.#take(sample, this.#ports.now())
      if (isGone || this.#book.isBehind) {
        this.#wantsStructure = true
        if (this.#isStructureDue()) this.#samplePulse.beat()
      }
      this.#sampleProblem = this.#crawlProblem
      this.#feel()
      this.#announce(before)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#failures += 1
      this.#tookMs = [...this.#tookMs.slice(-1), Date.now() - beganAt]
      this.#sampleProblem = `Reading its values failed: ${wordsOf(error)}`
      if (this.health.state !== 'down') this.#feel()
      this.#ports.log.warn('sample failed', { broker: this.broker.id, error: wordsOf(error) })
      // A broker that just died is noticed now, not at the next beat of the probe.
      this.#probePulse.beat()
      this.#tell()
    }
  }

  /** When the next sample is due after this one: until then what it told stands. */
  #samplingNow(): Sampling {
    const stillMs = this.#ports.now() - this.#movedAtMs
    return samplingOf({ isWatched: this.#isWatched(), stillMs, tookMs: this.#tookMs })
  }

  /** Into the book, and from there into the last 15 minutes and the history: one write a sample. */
  #take(sample: Sample, nowMs: number, past?: { readonly everyMs: number }): boolean {
    const isGone = this.#book.takeSample(sample, nowMs)
    const snapshot = this.#book.snapshot
    if (snapshot) {
      const groups = snapshot.groups.map(({ id, sample: { total, lag } }) => ({ id, total, lag }))
      const { sampledAtMs: atMs, readings, rows: destinations } = snapshot
      this.recent.write({ atMs, readings, destinations, groups })
      const told = {
        broker: this.broker.id,
        atMs,
        everyMs: past?.everyMs ?? this.#samplingNow().intervalMs,
        isPast: past !== undefined,
      }
      const { nodes = [] } = sample
      this.#ports.onHistory?.(toHistory({ ...told, readings, destinations, groups: snapshot.groups, nodes }))
    }
    return isGone
  }

  /** A broker that knows its own past gives us the time before we came. What it tells wrongly or late is not missed. */
  async #recall(): Promise<void> {
    const past = await this.broker
      .as(systemCaller)
      .past?.(newCall(limits.refresh, this.#stop.signal))
      .catch(() => [])
    for (const [index, sample] of (past ?? []).entries()) {
      const nextMs = past?.[index + 1]?.atMs ?? this.#ports.now()
      this.#take(sample, sample.atMs, { everyMs: nextMs - sample.atMs })
      // A whole day of it, or very many rows: others have their turn in between. Seldom, for until the present
      // is taken in as well, what is there to be read is of the past.
      if (index % 50 === 49 || (this.#book.snapshot?.rows.length ?? 0) > 1_000) await turn()
    }
  }

  #announce(before: Snapshot | null): void {
    const after = this.#book.snapshot
    if (!after || this.#stop.signal.aborted) return
    this.#tell()
    const changes = findChanges(this.broker.id, before, after)
    if (!isQuiet(changes)) this.#movedAtMs = this.#ports.now()
    this.#ports.onSample(changes)
    this.#ports.onSnapshot(this.broker.id, before, after)
  }

  #isStructureDue(): boolean {
    const age = this.#ports.now() - this.#structureAtMs
    if (this.#wantsStructure) return age > 1_000
    return age > (this.#isWatched() ? intervals.structure : 2 * intervals.structure)
  }

  /** One crawl at a time, beside the samples; its failure is a problem of the next sample, never a loss of the old list. */
  #startCrawl(): void {
    this.#crawl ??= this.#readStructure()
      .then(
        () => {
          this.#crawlProblem = null
        },
        (error: unknown) => {
          this.#wantsStructure = true
          this.#crawlProblem = `Its destinations could not be listed: ${wordsOf(error)}`
        },
      )
      .finally(() => {
        this.#crawl = null
      })
  }

  async #readStructure(): Promise<void> {
    const connection = this.broker.as(systemCaller)
    const call = newCall(limits.crawl, this.#stop.signal)
    this.#wantsStructure = false
    this.#structureAtMs = this.#ports.now()
    const items: DestinationInfo[] = []
    const problems: Problem[] = []
    let cursor: string | undefined
    do {
      const page = await connection.listDestinations({ cursor, limit: limits.page }, call)
      items.push(...page.items)
      problems.push(...page.problems)
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    const edges = await this.#readEdges(problems, call)
    const before = this.#book.snapshot
    const sightings = this.#ports.sightingsOf(this.broker.id)
    this.#book.takeStructure({ items, edges, problems }, sightings, this.#ports.now())
    if (before) this.#announce(before)
  }

  async #readEdges(problems: Problem[], call: Call): Promise<readonly DeadLetterEdge[]> {
    const facet = this.broker.as(systemCaller).deadLetters
    if (!facet) return []
    try {
      return await facet.edges(call)
    } catch (error) {
      problems.push({
        scope: deadLetterScope,
        code: 'partial',
        message: `Where rejects go is not known: ${wordsOf(error)}`,
      })
      return this.#book.snapshot?.edges ?? []
    }
  }

  #watchedNow(): DestinationRef[] {
    const now = this.#ports.now()
    for (const [id, { untilMs }] of this.#watchedRefs) if (untilMs < now) this.#watchedRefs.delete(id)
    return [...this.#watchedRefs.values()].slice(-50).map((entry) => entry.ref)
  }
}

/** A refresh that ran out of its own budget is no error; a caller who left is one. */
function ignoreDeadline(call: Call): (error: unknown) => void {
  return (error) => {
    if (call.signal.aborted) throw error
  }
}
