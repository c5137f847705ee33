import type { Mode } from '../../../lib/schemas/broker.ts'
import type { Connection } from '../../../lib/schemas/connection.ts'
import type { Member } from '../../../lib/schemas/group.ts'
import {
  type BrokerConnection,
  BrokerError,
  type ConnectionsFacet,
  type FindBroker,
  type GroupSample,
  type GroupsFacet,
  type OffsetsFacet,
  ok,
} from '../../brokers/contract/index.ts'
import { guardBroker } from '../../brokers/guard.ts'
import { plainTraits } from '../../brokers/testing/plain-traits.ts'

const member: Member = { id: 'm-1', client: 'billing-1', host: '/10.0.0.4' }

/** One group over the topic `orders` and one connection, in memory, with a place for every fault a test wants. */
export class FakeGroup {
  members: Member[] = []
  /** Listed with the group, and not reading any more. */
  idlers: Member[] = []
  /** Partitions a plan cannot read. */
  unread = new Set<number>()
  /** By partition. */
  committed = new Map<number, string | null>([
    [0, '10'],
    [1, '20'],
  ])
  problems: GroupSample['problems']
  mode: Mode = 'read-write'
  isKnown = true
  isThere = true
  applied = 0
  closed: string[] = []
  connections: Connection[] = []
  /** Thrown by the next look. */
  silence: Error | null = null
  /** Runs in place of the next apply: `set` does what the broker would. */
  onApply: ((set: () => void) => void) | null = null
  without: readonly ('offsets' | 'groups' | 'connections')[] = []

  join(count = 1): void {
    this.members = Array.from({ length: count }, (_, n) => ({ ...member, id: `m-${n + 1}` }))
  }

  leave(): void {
    this.members = []
  }

  find: FindBroker = (id) => {
    if (id !== 'fake' || !this.isKnown) throw new BrokerError('not_found', `There is no broker ${id}`)
    const facts = { label: 'Fake', environment: 'development', mode: this.mode, address: 'nowhere' } as const
    return guardBroker({ id, kind: 'sandbox', ...facts }, this.connection())
  }

  private connection(): BrokerConnection {
    const unused = () => Promise.reject(new Error('not in this test'))
    const facets = { groups: this.groups(), offsets: this.offsets(), connections: this.wires() }
    for (const name of this.without) Reflect.deleteProperty(facets, name)
    return {
      kind: 'sandbox',
      traits: plainTraits,
      probe: async () => ({
        version: '1',
        identity: 'fake',
        user: null,
        abilities: { connections: { level: 'none', reason: 'the fake lists none' } },
        problems: [],
      }),
      listDestinations: unused,
      describeDestination: unused,
      sample: unused,
      close: unused,
      ...facets,
    }
  }

  private groups(): GroupsFacet {
    return {
      describe: async (key) => {
        if (this.silence) throw this.silence
        if (key !== 'billing' || !this.isThere)
          throw new BrokerError('not_found', `There is no group called ${key}`)
        return this.sample()
      },
      removalEffect: async (_key, id) => `${id} leaves`,
      removeMember: async (_key, id) => {
        this.members = this.members.filter((one) => one.id !== id)
        return { done: 1, detail: `${id} left` }
      },
    }
  }

  private sample(): GroupSample {
    return {
      key: 'billing',
      name: 'billing',
      type: 'classic',
      state: this.members.length > 0 ? 'stable' : 'empty',
      members: [...this.members, ...this.idlers],
      lag: [...this.committed].map(([partition, committed]) => ({
        destination: 'orders',
        partition,
        committed,
        start: '0',
        end: '100',
        lag: ok(0, 'messages', 0),
      })),
      total: ok(0, 'messages', 0),
      abilities: {
        offsets: { level: 'none', reason: 'the fake moves none' },
        pending: { level: 'none', reason: 'the fake has no pending entries' },
      },
      ...(this.problems ? { problems: this.problems } : {}),
    }
  }

  private offsets(): OffsetsFacet {
    return {
      plan: async (_key, { parts }) => {
        if (this.silence) throw this.silence
        if (!this.isThere) throw new BrokerError('not_found', 'There is no such group')
        const none = ok(0, 'messages', 0)
        const rows = [...this.committed]
          .filter(([partition]) => !this.unread.has(partition))
          .filter(([partition]) => !parts || parts.some((part) => part.partition === partition))
          .map(([partition, old]) => ({
            destination: 'orders',
            partition,
            old,
            next: '100',
            start: '0',
            end: '100',
            skipped: none,
            again: none,
          }))
        const problems = [...(this.problems ?? [])]
        return { rows, skipped: none, again: none, members: [...this.members], sentence: 'planned', problems }
      },
      apply: async (_key, rows) => {
        if (this.members.length > 0)
          throw new BrokerError('conflict', 'members are active', { detail: { members: this.members } })
        if (rows.some((row) => this.committed.get(row.partition) !== row.old))
          throw new BrokerError('conflict', 'offsets moved', { detail: { moved: true } })
        const set = () => {
          this.applied += 1
          for (const { partition, next } of rows) this.committed.set(partition, next)
        }
        const { onApply } = this
        this.onApply = null
        if (onApply) onApply(set)
        else set()
      },
    }
  }

  private wires(): ConnectionsFacet {
    return {
      list: async ({ cursor, limit }) => {
        const start = Number(cursor ?? 0)
        const end = start + Math.min(limit, 2)
        const next = end < this.connections.length ? String(end) : null
        return { items: this.connections.slice(start, end), next, problems: [] }
      },
      close: async (id, reason) => {
        this.closed.push(`${id}: ${reason}`)
        return { done: 1, detail: 'closed' }
      },
    }
  }
}
