import type { Holder, LazyContent } from './content.ts'

export interface LogRecord extends Holder {
  readonly offset: number
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

  append(timestampMs: number, content: LazyContent, n = 0): LogRecord {
    const record = { offset: this.end, timestampMs, content, n }
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
    // Publishers choose their timestamps, so these need not ascend and cannot be halved.
    let offset = this.logStart
    while (offset < this.end && (this.at(offset)?.timestampMs ?? 0) < atMs) offset += 1
    return offset
  }
}

export class SandboxLog {
  readonly name: string
  readonly partitions: readonly LogPartition[]
  readonly keepEach: number
  published = 0

  constructor(name: string, partitions: number, keepEach = 16_000) {
    this.name = name
    this.keepEach = keepEach
    this.partitions = Array.from({ length: partitions }, () => new LogPartition(keepEach))
  }

  partition(index: number): LogPartition | null {
    return this.partitions[index] ?? null
  }

  get depth(): number {
    return this.partitions.reduce((sum, partition) => sum + partition.end - partition.start, 0)
  }

  append(partition: number, timestampMs: number, content: LazyContent, n?: number): LogRecord {
    const target = this.partitions[partition]
    if (!target) throw new RangeError(`${this.name} has no partition ${partition}`)
    this.published += 1
    return target.append(timestampMs, content, n)
  }
}
