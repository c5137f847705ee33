import {
  BrokerError,
  type Caller,
  type DestinationInfo,
  type Log,
  newCall,
  shorten,
} from '../brokers/contract/index.ts'
import type { HeaderSighting } from './contract.ts'
import { guessByName } from './names.ts'
import { holdsMessages } from './places.ts'
import type { DeadLetterPorts, KnownBroker, KnownDestination } from './ports.ts'
import { sightHeaders } from './sight.ts'

/** What one look costs at most, and how seldom it is done. */
const limits = {
  messages: 20,
  bytes: 512 * 1024,
  lookMs: 3_000,
  roundMs: 15_000,
  destinationsPerRound: 20,
  lookAgainMs: 10 * 60_000,
}

/** Our own reading: it looks, and may not do anything else. */
const scoutCaller: Caller = {
  actor: 'signalbox',
  via: 'system',
  permissions: new Set(['brokers.read', 'messages.read'] as const),
  auditId: null,
}

interface Known {
  readonly lookedAtMs: number
  readonly sighting: HeaderSighting | null
}

/**
 * Looks at a few messages of destinations whose role nothing else tells, only where looking has no effect, and
 * remembers what their headers say. Invariant: one round at a time; a list never waits for it; a destination is
 * looked at again after ten minutes at the earliest, whatever the answer was.
 */
export class Scout<Row extends KnownDestination> {
  readonly #ports: DeadLetterPorts<Row>
  readonly #log: Log
  readonly #known = new Map<string, Map<string, Known>>()
  readonly #stop = new AbortController()
  #round: Promise<void> | null = null

  constructor(ports: DeadLetterPorts<Row>) {
    this.#ports = ports
    this.#log = ports.log
  }

  sightingsOf(broker: string): readonly HeaderSighting[] {
    const known = [...(this.#known.get(broker)?.values() ?? [])]
    return known.flatMap(({ sighting }) => (sighting ? [sighting] : []))
  }

  forget(broker: string): void {
    this.#known.delete(broker)
  }

  /** One round over all brokers; whoever asks meanwhile gets the one under way. Never rejects. */
  look(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve()
    this.#round ??= this.#lookAround().finally(() => {
      this.#round = null
    })
    return this.#round
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#round
  }

  async #lookAround(): Promise<void> {
    const brokers = this.#ports.brokers().filter(({ state }) => state === 'up' || state === 'degraded')
    await Promise.all(brokers.map((broker) => this.#lookAtBroker(broker)))
  }

  async #lookAtBroker(broker: KnownBroker<Row>): Promise<void> {
    const known = this.#knownOf(broker)
    const round = newCall(limits.roundMs, this.#stop.signal)
    let isNew = false
    try {
      for (const row of this.#choose(broker.rows ?? [], known)) {
        if (round.signal.aborted || Date.now() >= round.deadlineAt) break
        const before = known.get(row.id)?.sighting ?? null
        const sighting = await this.#lookAt(broker, row, before, round)
        known.set(row.id, { lookedAtMs: this.#ports.now(), sighting })
        if (JSON.stringify(before) !== JSON.stringify(sighting)) isNew = true
      }
    } catch (error) {
      this.#log.debug('looking at headers ended early', { broker: broker.id, error: String(error) })
    }
    if (isNew) this.#ports.onSightings(broker.id)
  }

  /** Null: nothing there speaks of a failure. An empty place keeps what it was; a refused look is no answer either. */
  async #lookAt(
    broker: KnownBroker<Row>,
    row: Row,
    before: HeaderSighting | null,
    round: ReturnType<typeof newCall>,
  ): Promise<HeaderSighting | null> {
    const browse = this.#ports.findBroker(broker.id).as(scoutCaller).browse
    if (!browse) return before
    try {
      const request = { limit: limits.messages, maxBytes: limits.bytes }
      const { messages } = await browse.read(row.info.ref, request, shorten(round, limits.lookMs))
      if (messages.length === 0) return before
      return sightHeaders(broker.kind, row.info.ref, messages, this.#ports.readFailure)
    } catch (error) {
      if (error instanceof BrokerError && error.code === 'unreachable') throw error
      return before
    }
  }

  /** Names that suggest something first, then those never looked at, then the longest ago. */
  #choose(rows: readonly Row[], known: ReadonlyMap<string, Known>): readonly Row[] {
    const dueBefore = this.#ports.now() - limits.lookAgainMs
    const lookedAt = (row: Row) => known.get(row.id)?.lookedAtMs ?? 0
    const rank = (row: Row) => (guessByName(row.info.ref.name) ? 0 : 1)
    return rows
      .filter((row) => isHarmless(row.info) && !isEmpty(row) && lookedAt(row) <= dueBefore)
      .map((row) => ({ row, rank: rank(row), at: lookedAt(row) }))
      .sort((a, b) => a.rank - b.rank || a.at - b.at)
      .slice(0, limits.destinationsPerRound)
      .map(({ row }) => row)
  }

  /** What is known of destinations that are gone is forgotten. */
  #knownOf(broker: KnownBroker<Row>): Map<string, Known> {
    const known = this.#known.get(broker.id) ?? new Map<string, Known>()
    this.#known.set(broker.id, known)
    const existing = new Set(broker.rows?.map((row) => row.id))
    if (broker.rows) for (const id of known.keys()) if (!existing.has(id)) known.delete(id)
    return known
  }
}

/** The broker said before that looking here does nothing to it. */
function isHarmless({ ref, internal, abilities }: DestinationInfo): boolean {
  const { level, effects } = abilities.browse ?? { level: 'none' as const }
  if (internal || !holdsMessages(ref.type) || level === 'none' || !effects?.length) return false
  return effects.every((effect) => effect.code === 'none')
}

function isEmpty({ readings }: KnownDestination): boolean {
  return readings.depth?.state === 'ok' && readings.depth.value === 0
}
