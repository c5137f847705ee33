import { permissions } from '../../../lib/domain/permissions.ts'
import {
  type BrokerConnection,
  BrokerError,
  type Call,
  type Caller,
  type DestinationInfo,
  type DestinationRef,
  type DestinationSample,
  encodeRef,
  type GroupSample,
  type GuardedBroker,
  ok,
  type Sample,
  within,
} from '../../brokers/contract/index.ts'
import { plainTraits } from '../../brokers/testing/plain-traits.ts'

export const reader: Caller = {
  actor: 'test',
  via: 'token',
  permissions: new Set(permissions),
  auditId: null,
}

export const queue = (name: string): DestinationRef => ({ type: 'queue', name })
export const idOf = (name: string): string => encodeRef(queue(name))

export function infoOf(name: string, more: Partial<DestinationInfo> = {}): DestinationInfo {
  return { ref: queue(name), variant: 'classic', internal: false, abilities: {}, ...more }
}

export function sampleOf(
  name: string,
  depth: number,
  more: Partial<DestinationSample> = {},
): DestinationSample {
  const readings = { depth: ok(depth, 'messages', Date.now()) }
  return { ref: queue(name), state: 'running', readings, counters: {}, ...more }
}

export function groupOf(key: string, total: number): GroupSample {
  return {
    key,
    name: key,
    type: 'classic',
    state: 'stable',
    members: [],
    lag: [],
    total: ok(total, 'messages', Date.now()),
    abilities: {},
  }
}

/** A broker whose life, answers and slowness a test turns at will; it counts what it was asked. */
export class FakeBroker {
  readonly depths = new Map<string, number>()
  readonly groups: GroupSample[] = []
  readonly counts = { probe: 0, list: 0, sample: 0, describe: 0 }
  readonly watched: (readonly DestinationRef[])[] = []
  /** Refuses every call with this. */
  failure: BrokerError | null = null
  /** Says nothing at all, as a machine without power. */
  isSilent = false
  /** Only samples are refused. */
  sampleFailure: BrokerError | null = null
  listFailure: BrokerError | null = null
  delayMs = 0
  past: readonly Sample[] = []

  guarded(): GuardedBroker {
    const base = { id: 'fake', kind: 'rabbitmq', label: 'Fake', environment: 'development' } as const
    return {
      ...base,
      mode: 'read-write',
      address: '127.0.0.1:1',
      traits: plainTraits,
      as: () => this.#connection,
    }
  }

  die(): void {
    this.failure = new BrokerError('unreachable', 'connect ECONNREFUSED')
  }

  revive(): void {
    this.failure = null
    this.isSilent = false
  }

  async #answer<T>(call: Call, make: () => T): Promise<T> {
    if (this.isSilent) await within(call, new Promise<never>(() => undefined))
    if (this.delayMs > 0) await within(call, new Promise((done) => setTimeout(done, this.delayMs)))
    if (this.failure) throw this.failure
    return make()
  }

  readonly #connection: BrokerConnection = {
    kind: 'rabbitmq',
    traits: plainTraits,
    probe: (call) => {
      this.counts.probe += 1
      return this.#answer(call, () => ({
        version: '4.1.0',
        identity: 'rabbit@fake',
        user: 'guest',
        abilities: {},
        problems: [],
      }))
    },
    listDestinations: ({ cursor, limit }, call) => {
      this.counts.list += 1
      return this.#answer(call, () => {
        if (this.listFailure) throw this.listFailure
        const names = [...this.depths.keys()].sort()
        const start = cursor === undefined ? 0 : Number(cursor)
        const end = start + limit
        const items = names.slice(start, end).map((name) => infoOf(name))
        return { items, next: end < names.length ? String(end) : null, problems: [] }
      })
    },
    describeDestination: (ref, call) => {
      this.counts.describe += 1
      return this.#answer(call, () => {
        const depth = this.depths.get(ref.name)
        if (depth === undefined) throw new BrokerError('not_found', `There is no queue ${ref.name}`)
        return { ...infoOf(ref.name), sample: sampleOf(ref.name, depth), parts: { settings: [] } }
      })
    },
    sample: (watched, call) => {
      this.counts.sample += 1
      this.watched.push(watched)
      return this.#answer(call, (): Sample => {
        if (this.sampleFailure) throw this.sampleFailure
        const destinations = [...this.depths].map(([name, depth]) => sampleOf(name, depth))
        return { atMs: Date.now(), readings: {}, destinations, groups: this.groups, problems: [] }
      })
    },
    past: (call) => this.#answer(call, () => this.past),
    close: async () => undefined,
  }
}
