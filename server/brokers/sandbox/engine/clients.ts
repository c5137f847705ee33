import type { SandboxBroker } from './broker.ts'
import type { GroupMember, SandboxGroup } from './group.ts'
import type { QueueConsumer, SandboxQueue } from './queue.ts'

/** A client that was cut off connects again after so long. */
export const awayMs = 10_000

/** Consumers of queues and members of groups under one name are one client on one connection. */
export interface Client {
  readonly name: string
  readonly host: string
  readonly sinceMs: number
  readonly queues: readonly { readonly queue: SandboxQueue; readonly consumer: QueueConsumer }[]
  readonly groups: readonly { readonly group: SandboxGroup; readonly member: GroupMember }[]
}

interface Return {
  readonly atMs: number
  readonly client: Client
}

/** Who is connected, and who comes back when. */
export class Clients {
  private readonly broker: SandboxBroker
  private readonly connectedMs = new Map<string, number>()
  private returns: readonly Return[] = []

  constructor(broker: SandboxBroker) {
    this.broker = broker
  }

  /** By name. */
  list(): Client[] {
    const found = new Map<string, Client>()
    const take = (name: string, host: string): Client => ({
      name,
      host,
      sinceMs: this.connectedMs.get(name) ?? this.broker.startedMs,
      queues: [],
      groups: [],
    })
    for (const queue of this.broker.queues.values())
      for (const consumer of queue.consumers) {
        const client = found.get(consumer.tag) ?? take(consumer.tag, consumer.host)
        found.set(consumer.tag, { ...client, queues: [...client.queues, { queue, consumer }] })
      }
    for (const group of this.broker.groups.values())
      for (const member of group.members) {
        const client = found.get(member.id) ?? take(member.id, member.host)
        found.set(member.id, { ...client, groups: [...client.groups, { group, member }] })
      }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): Client | null {
    return this.list().find((client) => client.name === name) ?? null
  }

  /** Cuts a client off: what it holds goes back, its groups rebalance, and after a while it is there again. Returns how many messages went back. */
  cut(client: Client, atMs: number, forMs = awayMs): number {
    let returned = 0
    for (const { queue, consumer } of client.queues) {
      queue.consumers = queue.consumers.filter(({ tag }) => tag !== consumer.tag)
      for (const seq of queue.heldBy(consumer.tag)) {
        queue.giveBack(seq, true)
        returned += 1
      }
    }
    for (const { group, member } of client.groups)
      group.rebalance(
        group.members.filter(({ id }) => id !== member.id),
        atMs,
      )
    this.returns = [...this.returns, { atMs: atMs + forMs, client }]
    return returned
  }

  /** Brings back who is due by then. */
  bringBack(atMs: number): void {
    if (this.returns.length === 0) return
    const due = this.returns.filter((one) => one.atMs <= atMs)
    this.returns = this.returns.filter((one) => one.atMs > atMs)
    for (const { client, atMs: sinceMs } of due) {
      this.connectedMs.set(client.name, sinceMs)
      for (const { queue, consumer } of client.queues)
        queue.consumers = sorted([...queue.consumers, consumer], ({ tag }) => tag)
      for (const { group, member } of client.groups)
        group.rebalance(
          sorted([...group.members, member], ({ id }) => id),
          sinceMs,
        )
    }
  }
}

function sorted<T>(list: readonly T[], nameOf: (one: T) => string): T[] {
  return list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}
