import type { SandboxLog } from './log.ts'

export interface GroupMember {
  readonly id: string
  readonly client: string
  readonly host: string
  readonly partitions: readonly number[]
}

/** A record a member got and did not acknowledge: its partition waits behind it. */
export interface PendingRecord {
  readonly partition: number
  readonly offset: number
  readonly member: string
  /** When `member` got it; every so often it gets it again. */
  readonly sinceMs: number
  /** How often it had been delivered by then. */
  readonly deliveries: number
}

/** A record that is not acknowledged is tried again after so long. */
const redeliverMs = 60_000
/** So long nobody reads when members came or went. */
const rebalanceMs = 3_000

/** @returns how long its member has had it since it last got it, and how often it was delivered, at that time */
export function pendingAt(record: PendingRecord, atMs: number): { idleMs: number; deliveries: number } {
  const heldMs = Math.max(0, atMs - record.sinceMs)
  return {
    idleMs: heldMs % redeliverMs,
    deliveries: record.deliveries + Math.floor(heldMs / redeliverMs),
  }
}

/** Members sharing a committed offset for each partition of one log. */
export class SandboxGroup {
  readonly name: string
  readonly log: SandboxLog
  pending: readonly PendingRecord[] = []
  readonly committed: (number | null)[]
  members: readonly GroupMember[]
  /** Rises with every rebalance. */
  epoch = 1
  private balancedMs = 0

  constructor(name: string, log: SandboxLog, members: readonly GroupMember[] = []) {
    this.name = name
    this.log = log
    this.committed = log.partitions.map(() => null)
    this.members = members
  }

  lagOf(index: number): number | null {
    const from = this.positionOf(index)
    const partition = this.log.partition(index)
    return from === null || !partition ? null : Math.max(0, partition.end - from)
  }

  /** The offset it reads next: what it committed, or where the log now begins. */
  positionOf(index: number): number | null {
    const committed = this.committed[index] ?? null
    return committed === null ? null : Math.max(committed, this.log.partition(index)?.start ?? 0)
  }

  stateAt(atMs: number): 'empty' | 'preparingrebalance' | 'stable' {
    if (this.members.length === 0) return 'empty'
    return atMs < this.balancedMs ? 'preparingrebalance' : 'stable'
  }

  isReadingAt(atMs: number): boolean {
    return this.stateAt(atMs) === 'stable'
  }

  /** Who reads the partition, while nobody waits for a rebalance. */
  ownerAt(index: number, atMs: number): GroupMember | null {
    if (!this.isReadingAt(atMs)) return null
    return this.members.find(({ partitions }) => partitions.includes(index)) ?? null
  }

  /** Members came or went: for a moment nobody reads, then the partitions are dealt anew. */
  rebalance(members: readonly Omit<GroupMember, 'partitions'>[], atMs: number): void {
    this.epoch += 1
    this.balancedMs = atMs + rebalanceMs
    this.members = dealPartitions(this.log, members)
    this.pending = this.pending.map((record) => {
      const owner = this.members.find(({ partitions }) => partitions.includes(record.partition))
      if (!owner || owner.id === record.member) return record
      // Its new owner reads on from the commit, so it gets the record once more.
      return {
        ...record,
        member: owner.id,
        sinceMs: atMs,
        deliveries: pendingAt(record, atMs).deliveries + 1,
      }
    })
  }

  /** Takes a pending record off: the group goes on behind it. Whether it was pending. */
  acknowledge(partition: number, offset: number): boolean {
    const left = this.pending.filter((one) => one.partition !== partition || one.offset !== offset)
    if (left.length === this.pending.length) return false
    this.pending = left
    this.committed[partition] = Math.max(this.committed[partition] ?? 0, offset + 1)
    return true
  }

  /** Sets the commit of a partition; a record it waited behind is behind it when that was passed over. */
  move(partition: number, offset: number): void {
    this.committed[partition] = offset
    this.pending = this.pending.filter((one) => one.partition !== partition || one.offset >= offset)
  }

  /** Commits up to `count` further messages of a partition. */
  advance(index: number, count: number): void {
    const partition = this.log.partition(index)
    if (!partition) return
    const from = Math.max(this.committed[index] ?? partition.start, partition.start)
    this.committed[index] = Math.min(partition.end, from + count)
  }
}

/** Every partition to one of the members, in turn. */
export function dealPartitions(
  log: SandboxLog,
  members: readonly Omit<GroupMember, 'partitions'>[],
): GroupMember[] {
  return members.map(({ id, client, host }, index) => ({
    id,
    client,
    host,
    partitions: log.partitions.flatMap((_, partition) =>
      partition % members.length === index ? partition : [],
    ),
  }))
}
