import { formatBytes } from '../../../../lib/format/number.ts'
import type { SandboxBroker } from './broker.ts'
import { hashAscii } from './random.ts'

/** What a server needs for itself, and for a message: its memory is reckoned from what it keeps. */
export const idleBytes = 48e6
export const bytesEach = 1_000
const mebi = 1 << 20

/** The servers of the broker: who keeps what, and how much of their memory that takes. */
export class Nodes {
  names: readonly string[] = ['sandbox-1']
  memoryLimitBytes = 1_024 * mebi
  readonly diskBytes = 40e9
  readonly diskFloorBytes = 1e9
  private readonly broker: SandboxBroker

  constructor(broker: SandboxBroker) {
    this.broker = broker
  }

  leaderOf(partition: number): string {
    return this.names[partition % this.names.length] ?? ''
  }

  homeOf(queue: string): string {
    if (this.names.length === 1) return this.names[0] ?? ''
    return this.names[hashAscii(queue) % this.names.length] ?? ''
  }

  messagesOn(node: string): number {
    const { queues, logs } = this.broker
    let sum = 0
    for (const queue of queues.values()) if (this.homeOf(queue.name) === node) sum += queue.depth
    for (const log of logs.values())
      for (const [index, partition] of log.partitions.entries())
        if (this.leaderOf(index) === node) sum += partition.end - partition.start
    return sum
  }

  memoryOf(node: string): number {
    return idleBytes + this.messagesOn(node) * bytesEach
  }

  /** The servers that have no memory left: while there is one, nobody may publish. */
  full(): readonly string[] {
    return this.names.filter((name) => this.memoryOf(name) >= this.memoryLimitBytes)
  }

  /** Why publishing is refused now, in a sentence; null when it is not. */
  blocked(): string | null {
    const [first] = this.full()
    if (first === undefined) return null
    const used = formatBytes(this.memoryOf(first))
    return `${first} has no memory left (${used} of ${formatBytes(this.memoryLimitBytes)}): publishing is refused until messages leave`
  }
}
