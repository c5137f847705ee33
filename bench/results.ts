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

/** One way of reading, measured over whole intervals. */
export interface CostSide {
  readonly id: 'idle' | 'scrape' | 'sample' | 'watched' | 'crawl'
  readonly label: string
  /** Processor seconds of the broker in each interval. */
  readonly cpuSeconds: number[]
  /** How long the reading itself took. */
  readonly ms: number[]
}

export interface SampleCostResult {
  readonly queues: number
  readonly intervalMs: number
  readonly calls: number
  readonly sides: readonly CostSide[]
}

/** Megabytes of the console's process. */
export interface MemoryResult {
  readonly id: 'idle' | 'queues'
  readonly label: string
  readonly residentMb: number
  readonly peakMb: number
}

/** What keeping one sample of many destinations takes, ours and one row a value. */
export interface HistoryResult {
  readonly destinations: number
  readonly metrics: number
  readonly samples: number
  /** Milliseconds a sample until it survives the process, one a sample. */
  readonly ours: readonly number[]
  readonly peer: readonly number[]
  /** Of which the process itself is busy. */
  readonly busyMs: readonly number[]
  /** Bytes on disk for each value, once put together. */
  readonly oursBytes: number
  readonly peerBytes: number
  /** Putting all samples together, in the thread. */
  readonly compactMs: number
}

/** Many readers of the live stream at once. */
export interface LiveResult {
  readonly clients: number
  readonly destinations: number
  /** Processor seconds a second of the console, with all of them; and before, with a reader of one list. */
  readonly cores: number
  readonly coresBefore: number
  /** The middle and the most of the time measured. */
  readonly residentMb: number
  readonly mostMb: number
  readonly eventsPerClientSecond: number
  readonly megabytes: number
}

/** One size of a broker; medians. */
export interface GrowthResult {
  readonly destinations: number
  readonly sampleMs: number
  readonly pageMs: number
  readonly cores: number
  readonly residentMb: number
}

/** What a person feels of a long list; one value a round, of one visit with a browser. */
export interface FeelResult {
  readonly rows: number
  /** From the arrival of the first answer to its rows on the screen. */
  readonly firstPaintMs: readonly number[]
  /** From the key to the filtered list on the screen: the middle and the worst of a visit's keystrokes. */
  readonly keystrokeMs: readonly number[]
  readonly worstKeystrokeMs: readonly number[]
  /** The longest task while all rows are scrolled through; 0 where none was above 50 ms. */
  readonly scrollTaskMs: readonly number[]
  /** What moved by itself during the whole visit. */
  readonly layoutShift: readonly number[]
}

/** One visit of Lighthouse; scores of 100. */
export interface LighthouseRound {
  readonly performance: number
  readonly accessibility: number
  readonly firstPaintMs: number
  readonly largestPaintMs: number
  readonly blockingMs: number
  readonly layoutShift: number
  /** Accessibility audits that failed. */
  readonly inaccessible: readonly string[]
}

export interface PageResult {
  readonly label: string
  readonly rounds: readonly LighthouseRound[]
}

export interface PagesResult {
  /** Name and version of what gave the scores. */
  readonly lighthouse: string
  readonly pages: readonly PageResult[]
  /** JavaScript of the first load in kB of 1000 bytes, gzip. */
  readonly shellKB: number
  readonly bundles: readonly { readonly page: string; readonly kB: number }[]
}

/** Samples of a Kafka cluster with the lag of every group; milliseconds, one a sample. */
export interface LagResult {
  readonly id: 'pure' | 'real'
  readonly label: string
  readonly topics: number
  readonly partitions: number
  readonly groups: number
  readonly ms: readonly number[]
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
  readonly sampleCosts: SampleCostResult[]
  startMs: number[]
  readonly memory: MemoryResult[]
  readonly feel: FeelResult[]
  readonly pages: PagesResult[]
  readonly lag: LagResult[]
  readonly history: HistoryResult[]
  readonly live: LiveResult[]
  readonly growth: GrowthResult[]
}
