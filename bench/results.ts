import type { Machine } from './machine.ts'

/** One contestant's rounds. */
export interface Rounds {
  readonly id: string
  readonly label: string
  /** Milliseconds, one a round. */
  readonly ms: readonly number[]
}

export interface ReplayResult {
  readonly kind: 'rabbitmq' | 'redis' | 'kafka'
  readonly label: string
  readonly messages: number
  readonly peers: readonly Rounds[]
  readonly ours: Rounds
  /** Freezing the list before the start, one a round. */
  readonly planMs: readonly number[]
  /** Processor seconds of the console during the run, one a round. */
  readonly cpuSeconds: readonly number[]
}

export interface Latencies {
  readonly id: string
  readonly label: string
  /** Milliseconds of every call. */
  readonly ms: readonly number[]
  readonly answerBytes: number
}

export interface QueuesResult {
  readonly queues: number
  readonly pageSize: number
  /** Before any console was there. */
  readonly alone: Latencies
  readonly peer: Latencies
  readonly ours: Latencies
}

/** Megabytes of the console's process. */
export interface MemoryResult {
  readonly id: 'idle' | 'queues'
  readonly label: string
  readonly residentMb: number
  readonly peakMb: number
}

export interface BenchResults {
  readonly at: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly loadBefore: number
  loadAfter: number
  readonly replays: ReplayResult[]
  readonly firstPages: QueuesResult[]
  startMs: number[]
  readonly memory: MemoryResult[]
}
