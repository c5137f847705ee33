import type { LazyContent } from './content.ts'

export interface LogRecord {
  readonly offset: number
  readonly timestampMs: number
  readonly content: LazyContent
}

/** One partition: offsets from `start` to below `end`; the oldest go when there are more than it keeps. */
export class LogPartition {
  private records: LogRecord[] = []
  private first = 0
  private logStart = 0
  private readonly keep: number

  constructor(keep: number) {
    this.keep = keep
  }

  get start(): number {
    return this.logStart
  }

  get end(): number {
    return this.first + this.records.length
  }

  append(timestampMs: number, content: LazyContent): LogRecord {
    const record = { offset: this.end, timestampMs, content }
    this.records.push(record)
    if (this.end - this.logStart > this.keep) this.trim(this.end - this.keep)
    return record
  }

  at(offset: number): LogRecord | null {
    return offset < this.logStart ? null : (this.records[offset - this.first] ?? null)
  }

  /** Deletes everything below the offset. */
  trim(offset: number): void {
    this.logStart = Math.max(this.logStart, Math.min(offset, this.end))
    const gone = this.logStart - this.first
    // Shifting an array costs its length, so it is done once for many.
    if (gone < 1_024 && this.logStart < this.end) return
    this.records.splice(0, gone)
    this.first = this.logStart
  }

  /** The first offset whose timestamp is at or after the time; the end when there is none. */
  offsetAt(atMs: number): number {
    let low = this.logStart
    let high = this.end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.at(middle)?.timestampMs ?? 0) < atMs) low = middle + 1
      else high = middle
    }
    return low
  }
}

export class SandboxLog {
  readonly name: string
  readonly partitions: readonly LogPartition[]
  published = 0

  constructor(name: string, partitions: number, keepEach = 16_000) {
    this.name = name
    this.partitions = Array.from({ length: partitions }, () => new LogPartition(keepEach))
  }

  partition(index: number): LogPartition | null {
    return this.partitions[index] ?? null
  }

  get depth(): number {
    return this.partitions.reduce((sum, partition) => sum + partition.end - partition.start, 0)
  }

  append(partition: number, timestampMs: number, content: LazyContent): LogRecord {
    const target = this.partitions[partition]
    if (!target) throw new RangeError(`${this.name} has no partition ${partition}`)
    this.published += 1
    return target.append(timestampMs, content)
  }
}

export interface GroupMember {
  readonly id: string
  readonly client: string
  readonly host: string
  readonly partitions: readonly number[]
}

/** Members sharing a committed offset for each partition of one log. */
export class SandboxGroup {
  readonly name: string
  readonly log: SandboxLog
  readonly committed: (number | null)[]
  members: readonly GroupMember[]

  constructor(name: string, log: SandboxLog, members: readonly GroupMember[] = []) {
    this.name = name
    this.log = log
    this.committed = log.partitions.map(() => null)
    this.members = members
  }

  lagOf(index: number): number | null {
    const partition = this.log.partition(index)
    const committed = this.committed[index]
    if (!partition || committed === null || committed === undefined) return null
    return Math.max(0, partition.end - Math.max(committed, partition.start))
  }

  /** Commits up to `count` further messages of a partition. */
  advance(index: number, count: number): void {
    const partition = this.log.partition(index)
    if (!partition) return
    const from = Math.max(this.committed[index] ?? partition.start, partition.start)
    this.committed[index] = Math.min(partition.end, from + count)
  }
}
