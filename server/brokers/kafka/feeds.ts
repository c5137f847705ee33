import type { Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { type Bounds, laterOf } from './offsets.ts'
import type { KafkaRecord } from './records/decode.ts'
import { PartitionScan } from './scan.ts'

/** One partition's messages one after another, in the direction of the browse. */
export interface Feed {
  readonly partition: number
  /** The next message without taking it; null at the end. */
  peek(call: Call): Promise<KafkaRecord | null>
  take(): void
  /** Where a later page goes on: the next offset upwards, or the exclusive upper bound downwards. */
  readonly at: bigint
  readonly scannedBytes: number
  readonly scannedMessages: number
}

export class AscendingFeed implements Feed {
  at: bigint
  scannedMessages = 0
  readonly #scan: PartitionScan
  readonly #end: bigint
  #buffer: KafkaRecord[] = []

  constructor(
    cluster: Cluster,
    topic: string,
    bounds: Bounds,
    from: bigint,
    lane: 'read',
    fetchBytes: number,
  ) {
    this.at = laterOf(from, bounds.start)
    this.#end = bounds.end
    const { partition, leader, end } = bounds
    this.#scan = new PartitionScan(
      cluster,
      { topic, partition, leader, from: this.at, to: end },
      lane,
      fetchBytes,
    )
  }

  get partition(): number {
    return this.#scan.partition
  }

  get scannedBytes(): number {
    return this.#scan.bytes
  }

  async peek(call: Call): Promise<KafkaRecord | null> {
    while (this.#buffer.length === 0 && !this.#scan.done) {
      this.#buffer = [...(await this.#scan.records(call))].reverse()
      this.scannedMessages += this.#buffer.length
      if (this.#buffer.length === 0) this.#moveTo(this.#scan.next)
    }
    return this.#buffer.at(-1) ?? null
  }

  take(): void {
    const record = this.#buffer.pop()
    if (!record) return
    this.at = this.#buffer.length > 0 ? record.offset + 1n : this.#scan.next
  }

  #moveTo(offset: bigint): void {
    this.at = offset < this.#end ? offset : this.#end
  }
}

/** Of a window no more is kept than this; what is dropped is read again when its turn comes. */
const keptBytes = 16 * 1024 * 1024

/** Walks back window by window; each window is read forward, because Kafka can be read no other way. */
export class DescendingFeed implements Feed {
  readonly partition: number
  at: bigint
  scannedBytes = 0
  scannedMessages = 0
  readonly #cluster: Cluster
  readonly #topic: string
  readonly #bounds: Bounds
  readonly #fetchBytes: number
  readonly #keep: number
  #lowest: bigint
  #window: bigint
  #buffer: KafkaRecord[] = []

  constructor(
    cluster: Cluster,
    topic: string,
    bounds: Bounds,
    from: bigint,
    window: number,
    fetchBytes: number,
  ) {
    this.#cluster = cluster
    this.#topic = topic
    this.#bounds = bounds
    this.#fetchBytes = fetchBytes
    this.partition = bounds.partition
    this.at = from > bounds.end ? bounds.end : from
    this.#lowest = this.at
    this.#keep = Math.max(1, window)
    this.#window = BigInt(this.#keep)
  }

  async peek(call: Call): Promise<KafkaRecord | null> {
    while (this.#buffer.length === 0 && this.#lowest > this.#bounds.start) {
      const { partition, leader, start } = this.#bounds
      const from = laterOf(this.#lowest - this.#window, start)
      const range = { topic: this.#topic, partition, leader, from, to: this.#lowest }
      const scan = new PartitionScan(this.#cluster, range, 'read', this.#fetchBytes)
      let found: KafkaRecord[] = []
      let isWhole = true
      while (!scan.done) {
        const records = await scan.records(call)
        this.scannedMessages += records.length
        const all = [...found, ...records]
        found = newestOf(all, this.#keep)
        if (found.length < all.length) isWhole = false
      }
      this.scannedBytes += scan.bytes
      this.#buffer = found
      this.#lowest = isWhole ? from : (found[0]?.offset ?? from)
      this.#window *= 4n
    }
    return this.#buffer.at(-1) ?? null
  }

  take(): void {
    const record = this.#buffer.pop()
    if (record) this.at = record.offset
    if (this.#buffer.length === 0 && this.#lowest <= this.#bounds.start) this.at = this.#bounds.start
  }
}

/** The last records, at most `count` and about `keptBytes`, never none of some. */
function newestOf(records: readonly KafkaRecord[], count: number): KafkaRecord[] {
  let bytes = 0
  let at = records.length
  while (at > 0 && records.length - at < count && bytes < keptBytes) {
    const record = records[--at]
    bytes += (record?.value?.length ?? 0) + (record?.key?.length ?? 0)
  }
  return records.slice(at)
}
