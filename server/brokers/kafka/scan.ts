import { BrokerError, type Call, pause } from '../contract/index.ts'
import type { Cluster, Lane } from './cluster.ts'
import { errorOfCode, isStale, kafkaErrors } from './errors.ts'
import { offsetIn, readOffsets, readTopic } from './offsets.ts'
import { type FetchedPartition, fetchApi } from './protocol/fetch.ts'
import { earliest } from './protocol/list-offsets.ts'
import { AbortedFilter } from './records/aborted.ts'
import { type Batch, type KafkaRecord, readBatches, readRecords } from './records/decode.ts'

export interface ScanRange {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  readonly from: bigint
  /** Exclusive. */
  readonly to: bigint
  /** Also what an open transaction keeps from read-committed readers. */
  readonly uncommitted?: boolean
}

const defaultFetchBytes = 1024 * 1024
/** Where there is data the broker answers at once; it waits where compaction or retention left none. */
const waitMs = 500
/** So many empty answers without throttling mean: nothing lies between here and the end. */
const emptyAnswers = 3

/**
 * Reads one partition from `from` to `to`, read committed, in offset order. Ends at `to` even when the
 * offsets before it are gone (compaction, markers, deleted records). Remembers nothing on the broker.
 */
export class PartitionScan {
  /** Next offset to be fetched. */
  next: bigint
  bytes = 0
  readonly #cluster: Cluster
  readonly #range: ScanRange
  readonly #lane: Lane
  readonly #fetchBytes: number
  readonly #filter = new AbortedFilter()
  #leader: number

  constructor(cluster: Cluster, range: ScanRange, lane: Lane = 'read', fetchBytes = defaultFetchBytes) {
    this.#cluster = cluster
    this.#range = range
    this.#lane = lane
    this.#fetchBytes = fetchBytes
    this.#leader = range.leader
    this.next = range.from
  }

  get partition(): number {
    return this.#range.partition
  }

  get done(): boolean {
    return this.next >= this.#range.to
  }

  /** The next batches with committed messages; empty when this response had none. */
  async batches(call: Call): Promise<readonly Batch[]> {
    if (this.done) return []
    const fetched = await this.#fetch(call)
    this.#filter.learn(fetched.aborted)
    this.bytes += fetched.bytes.length
    const accepted: Batch[] = []
    let last: bigint | null = null
    for (const batch of readBatches(fetched.bytes)) {
      last = batch.lastOffset
      if (this.#filter.accepts(batch) && batch.lastOffset >= this.next && batch.baseOffset < this.#range.to)
        accepted.push(batch)
    }
    // Nothing although the end lies further: the offsets up to it are gone.
    this.#advance(last === null ? this.#range.to : last + 1n)
    return accepted
  }

  /** The next committed messages within the range; empty when this response had none. */
  async records(call: Call): Promise<readonly KafkaRecord[]> {
    const from = this.next
    const batches = await this.batches(call)
    return batches.flatMap((batch) =>
      readRecords(batch).filter((record) => record.offset >= from && record.offset < this.#range.to),
    )
  }

  #advance(offset: bigint): void {
    if (offset > this.next) this.next = offset
  }

  async #fetch(call: Call): Promise<FetchedPartition> {
    let empties = 0
    for (;;) {
      const answer = await this.#ask(call)
      if (answer === null) continue
      const { fetched, throttledMs } = answer
      if (fetched.error === kafkaErrors.offsetOutOfRange) {
        // Retention or a purge passed us: go on at the log's start, or end when it is shorter than before.
        const start = await this.#logStart(call)
        if (start !== null && start > this.next && start < this.#range.to) {
          this.#advance(start)
          continue
        }
        return { ...fetched, aborted: [], bytes: Buffer.alloc(0) }
      }
      if (fetched.error !== 0)
        throw errorOfCode(fetched.error, `topic ${this.#range.topic}, partition ${this.partition}`)
      if (fetched.bytes.length > 0) return fetched
      // A reader over its quota is answered emptily, and heard again after the throttling.
      if (throttledMs === 0 && ++empties >= emptyAnswers) return fetched
    }
  }

  async #logStart(call: Call): Promise<bigint | null> {
    const { topic, partition } = this.#range
    const meta = await readTopic(this.#cluster, topic, call)
    const only = { ...meta, partitions: meta.partitions.filter((row) => row.partition === partition) }
    return offsetIn(await readOffsets(this.#cluster, [only], earliest, false, call), topic, partition)
  }

  /** Null when the leader moved: asked again with the new one. */
  async #ask(call: Call): Promise<{ fetched: FetchedPartition; throttledMs: number } | null> {
    const { topic, partition, uncommitted = false } = this.#range
    const answer = await this.#cluster.node(
      this.#leader,
      fetchApi,
      {
        maxWaitMs: waitMs,
        minBytes: 1,
        maxBytes: this.#fetchBytes,
        uncommitted,
        topics: [{ topic, partitions: [{ partition, offset: this.next, maxBytes: this.#fetchBytes }] }],
      },
      call,
      this.#lane,
    )
    if (answer.error !== 0) throw errorOfCode(answer.error, `topic ${topic}`)
    const [fetched] = answer.partitions
    if (!fetched) throw new BrokerError('protocol', `The broker answered nothing for ${topic}`)
    if (!isStale(fetched.error)) return { fetched, throttledMs: answer.throttledMs }
    await pause(call, 100)
    const meta = await readTopic(this.#cluster, topic, call)
    const row = meta.partitions.find((known) => known.partition === partition)
    if (!row || row.leader < 0) throw errorOfCode(fetched.error, `topic ${topic}, partition ${partition}`)
    this.#leader = row.leader
    return null
  }
}
