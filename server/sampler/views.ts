import type { DestinationQuery, GroupQuery, RecentQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import { requireFilter } from '../../lib/domain/filter/require.ts'
import { destinationTable } from '../../lib/domain/filter/tables/destinations.ts'
import { groupTable } from '../../lib/domain/filter/tables/groups.ts'
import { isStill } from '../../lib/domain/movement.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import type { Destination, DestinationDetail } from '../../lib/schemas/destination.ts'
import type { Group } from '../../lib/schemas/group.ts'
import type { Node } from '../../lib/schemas/node.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { Recent } from '../../lib/schemas/recent.ts'
import {
  BrokerError,
  type Call,
  type Caller,
  type DestinationDescription,
  decodeParts,
  decodeRef,
  type GroupSample,
  isRetryable,
  shorten,
} from '../brokers/contract/index.ts'
import type { Row, Snapshot } from './book.ts'
import { countRows, factsOf } from './facts.ts'
import { freshMs, markAllStale, staleReason } from './freshness.ts'
import { wordsOf } from './health.ts'
import { pageOf, selectDestinations, selectGroups } from './list.ts'
import { presentBroker, presentDestination, presentGroup, slimDestination } from './present.ts'
import type { Watcher } from './watcher.ts'

interface DestinationPage extends ViewPage<Destination> {
  readonly counts?: Record<string, number>
}

export interface ViewPage<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total: number
  readonly problems: readonly Problem[]
}

const describeMs = 8_000

/** The API's view of one broker: what the sampler holds, refreshed where it is older than 5 s, never one broker call a viewer. */
export class BrokerView {
  readonly #watcher: Watcher
  readonly #now: () => number
  /** What was last read of single destinations, for when the broker is down. */
  readonly #descriptions = new Map<string, DestinationDescription>()

  constructor(watcher: Watcher, now: () => number) {
    this.#watcher = watcher
    this.#now = now
  }

  broker(caller: Caller): Broker {
    const { broker, health, book, sampleMs } = this.#watcher
    const sampling = book.snapshot ? { ...this.#watcher.sampling, tookMs: sampleMs } : undefined
    return presentBroker(broker, health, book.snapshot, caller, this.#now(), sampling)
  }

  async destinations(query: DestinationQuery, caller: Caller, call: Call): Promise<DestinationPage> {
    const table = destinationTable(this.#watcher.health.abilities.deadLetters?.level === 'full')
    const filter = query.filter === undefined ? undefined : requireFilter(query.filter, table)
    const snapshot = await this.#read(call)
    const { broker } = this.#watcher
    const [now, stale] = [this.#now(), this.#stale(snapshot)]
    const matches = filter && ((row: Row) => filter(factsOf(row, stale, now), now))
    const rows = selectDestinations(snapshot.rows, query, matches)
    const { page, nextCursor } = pageOf(rows, `${query.sort} ${query.order}`, query)
    const present = query.slim ? slimDestination : presentDestination
    return {
      items: page.map((row) => present(broker, row, stale, caller, now)),
      nextCursor,
      total: rows.length,
      problems: this.#problems(snapshot),
      ...(query.cursor === undefined ? { counts: countRows(snapshot) } : {}),
    }
  }

  /** Read live, with the last known values where the broker does not answer. */
  async destination(id: string, caller: Caller, call: Call): Promise<DestinationDetail> {
    const ref = decodeRef(id)
    if (!ref) throw new AppError('not_found', 'There is no such destination')
    this.#watcher.watch({ id, ref })
    const { broker, book } = this.#watcher
    const problems: Problem[] = []
    let described: DestinationDescription | undefined
    let isLive = false
    if (this.#watcher.health.state !== 'down') {
      try {
        described = await broker.as(caller).describeDestination(ref, shorten(call, describeMs))
        isLive = true
        this.#remember(id, described)
      } catch (error) {
        if (!isRetryable(error) || call.signal.aborted) throw error
        problems.push({ scope: ref.name, code: 'stale', message: `Not read anew: ${wordsOf(error)}` })
      }
    }
    const last = described ?? this.#descriptions.get(id)
    const row = book.snapshot?.byId.get(id)
    if (!last && !row) throw this.#unknown()
    const now = this.#now()
    const stale = isLive ? null : this.#staleNow(book.snapshot?.sampledAtMs ?? 0)
    const merged = last
      ? joinDescription(id, last, row, isLive ? book.withRates(last.sample, now) : null)
      : row
    if (!merged) throw this.#unknown()
    const destination = presentDestination(broker, merged, stale, caller, now)
    if (!last) {
      const message = 'Settings, bindings and partitions were never read'
      problems.push({ scope: ref.name, code: 'unavailable', message })
    }
    const all = [...(destination.problems ?? []), ...problems]
    return {
      ...destination,
      ...(last?.parts ?? { settings: [] }),
      ...(all.length > 0 ? { problems: all } : {}),
    }
  }

  async groups(query: GroupQuery, caller: Caller, call: Call): Promise<ViewPage<Group>> {
    const filter = query.filter === undefined ? undefined : requireFilter(query.filter, groupTable)
    const snapshot = await this.#read(call)
    const [now, stale] = [this.#now(), this.#stale(snapshot)]
    const rows = selectGroups(snapshot.groups, query, filter && (({ sample }) => filter(sample, now)))
    const { page, nextCursor } = pageOf(rows, `${query.sort} ${query.order}`, query)
    return {
      items: page.map((row) => this.#presentGroup(row.id, row.sample, stale, caller, 'still')),
      nextCursor,
      total: rows.length,
      problems: this.#problems(snapshot),
    }
  }

  async group(id: string, caller: Caller, call: Call): Promise<Group> {
    const key = readGroupKey(id)
    if (key === null) throw new AppError('not_found', 'There is no such consumer group')
    const { broker, book, health } = this.#watcher
    this.#watcher.watch()
    this.#watcher.recent.lookAtGroup(id, this.#now())
    const facet = broker.as(caller).groups
    if (!facet) throw new BrokerError('unsupported', `${broker.label} has no consumer groups`)
    if (health.state !== 'down') {
      try {
        const sample = await facet.describe(key, shorten(call, describeMs))
        // Rates come from samples; a single look has none.
        const { readings } = book.snapshot?.groups.find((group) => group.id === id)?.sample ?? sample
        return this.#presentGroup(id, { ...sample, readings }, null, caller, 'all')
      } catch (error) {
        if (!isRetryable(error) || call.signal.aborted) throw error
      }
    }
    const last = book.snapshot?.groups.find((group) => group.id === id)
    if (!last) throw this.#unknown()
    const stale = this.#staleNow(book.snapshot?.sampledAtMs ?? 0)
    return this.#presentGroup(id, last.sample, stale, caller, 'all')
  }

  /** The servers of the broker as the last sample saw them; of one that is not read any more nobody knows what they are in. */
  async nodes(call: Call): Promise<ViewPage<Node>> {
    const { broker, health } = this.#watcher
    const snapshot = await this.#read(call)
    if (snapshot.nodes === null) {
      const reason = health.abilities.nodes?.reason ?? 'it does not tell of its servers'
      throw new BrokerError('unsupported', `${broker.label}: ${reason}`)
    }
    const [now, stale] = [this.#now(), this.#stale(snapshot)]
    const items = snapshot.nodes.map((node) => ({
      ...node,
      ...(stale === null ? {} : { state: 'unknown', problems: [] }),
      readings: markAllStale(node.readings, stale, now),
    }))
    return { items, nextCursor: null, total: items.length, problems: this.#problems(snapshot) }
  }

  /** The last 15 minutes as the sampler saw them: nothing is asked of the broker. */
  recent({ metric, destinations, groups }: RecentQuery): Recent {
    const { broker, recent } = this.#watcher
    this.#watcher.watch()
    if (metric.includes('partitionLag')) for (const id of groups ?? []) recent.lookAtGroup(id, this.#now())
    return recent.read(broker.id, { metrics: metric, destinations, groups }, this.#now())
  }

  /** A row as it stands, for engines that show destinations of several brokers. */
  present(row: Row, caller: Caller): Destination {
    const { book, broker } = this.#watcher
    const stale = book.snapshot ? this.#stale(book.snapshot) : null
    return presentDestination(broker, row, stale, caller, this.#now())
  }

  /** `still`: only rows that do not move say so, for lists are long. */
  #presentGroup(
    id: string,
    sample: GroupSample,
    stale: string | null,
    caller: Caller,
    movement: 'all' | 'still',
  ): Group {
    const { broker, recent } = this.#watcher
    const now = this.#now()
    const watched = recent.withMovement(id, sample.lag, now)
    const lag =
      movement === 'all'
        ? watched
        : watched.map((row, index) => (isStill(row, now) ? row : (sample.lag[index] ?? row)))
    return presentGroup(broker, { ...sample, lag }, stale, caller, now)
  }

  async #read(call: Call): Promise<Snapshot> {
    await this.#watcher.freshen(call)
    const snapshot = this.#watcher.book.snapshot
    if (!snapshot) throw this.#unknown()
    return snapshot
  }

  #problems(snapshot: Snapshot): readonly Problem[] {
    const { broker, health } = this.#watcher
    if (health.state !== 'down') return snapshot.problems
    const message = `${broker.label} is down: ${health.reason ?? 'no answer'}`
    return [{ scope: broker.id, code: 'broker_unreachable', message }, ...snapshot.problems]
  }

  #stale(snapshot: Snapshot): string | null {
    return staleReason(this.#watcher.health, snapshot.sampledAtMs, this.#now(), freshMs)
  }

  /** For values that were asked for anew and did not come. */
  #staleNow(sampledAtMs: number): string {
    const { health } = this.#watcher
    return staleReason(health, sampledAtMs, this.#now(), 0) ?? 'The broker did not answer in time'
  }

  /** Nothing was ever read: the reason is the broker's own. */
  #unknown(): BrokerError {
    const { broker, health } = this.#watcher
    const code = health.code === 'auth_failed' || health.code === 'forbidden' ? health.code : 'unreachable'
    const reason = health.reason ?? 'it has not answered yet'
    return new BrokerError(code, `${broker.label} cannot be read: ${reason}`)
  }

  #remember(id: string, description: DestinationDescription): void {
    this.#descriptions.delete(id)
    this.#descriptions.set(id, description)
    const oldest = this.#descriptions.keys().next().value
    if (this.#descriptions.size > 100 && oldest !== undefined) this.#descriptions.delete(oldest)
  }
}

function joinDescription(
  id: string,
  described: DestinationDescription,
  row: Row | undefined,
  readings: Row['readings'] | null,
): Row {
  const { sample } = described
  return {
    id,
    info: described,
    lowerName: described.ref.name.toLowerCase(),
    state: sample.state,
    readings: readings ?? row?.readings ?? sample.readings,
    problems: [...(described.problems ?? []), ...(sample.problems ?? [])],
    deadLetter: row?.deadLetter ?? { isDeadLetter: false, evidence: [], origins: [] },
  }
}

/** The key a group's id was made of, or null. */
export function readGroupKey(id: string): string | null {
  const [word, key] = decodeParts(id) ?? []
  return word === 'group' && key !== undefined ? key : null
}
