import {
  BrokerError,
  type Call,
  newCall,
  notSent,
  type PublishOutcome,
  remainingMs,
} from '../contract/index.ts'
import type { Cluster, Lane } from './cluster.ts'
import { describeCode, isStale, kafkaErrors } from './errors.ts'
import { positionOf } from './map.ts'
import { readTopic } from './offsets.ts'
import type { ProducerIdentity } from './producer-identity.ts'
import { type ProduceAnswer, produceApi } from './protocol/produce.ts'
import { type RecordToWrite, sizeOf, writeBatch } from './records/encode.ts'

/** Below the broker's default max.message.bytes of 1,048,588 with room for the batch header. */
export const maxBatchBytes = 900 * 1024
const retryMs = 50

export interface Job {
  readonly record: RecordToWrite
  readonly call: Call
  /** Set once the message may have reached the broker. */
  sent: boolean
  /** Set once its sender was told that it was not sent: then it must not be. */
  withdrawn: boolean
  readonly settle: (outcome: PublishOutcome) => void
}

/**
 * Sends to one partition: one batch in flight, what arrives meanwhile forms the next. So order holds, and
 * a batch whose answer was lost is sent again under its own sequence number: the broker knows it and stores
 * it once. Only when time runs out before the answer is its fate unknown.
 */
export class ProduceLane {
  readonly #cluster: Cluster
  readonly #lane: Lane
  readonly #identity: ProducerIdentity
  readonly #topic: string
  readonly #partition: number
  #leader: number
  #queue: Job[] = []
  #running = false
  #sequence = 0
  /** The producer id the sequence counts for. */
  #producerId: bigint | null = null

  constructor(
    cluster: Cluster,
    lane: Lane,
    identity: ProducerIdentity,
    target: { topic: string; partition: number; leader: number },
  ) {
    this.#cluster = cluster
    this.#lane = lane
    this.#identity = identity
    this.#topic = target.topic
    this.#partition = target.partition
    this.#leader = target.leader
  }

  push(jobs: readonly Job[]): void {
    for (const job of jobs) this.#queue.push(job)
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      // Let the caller hand over everything it has before the first batch is cut.
      await Promise.resolve()
      while (this.#queue.length > 0) await this.#deliver(this.#cut())
    } finally {
      this.#running = false
    }
  }

  #cut(): Job[] {
    let bytes = 0
    let count = 0
    for (const job of this.#queue) {
      bytes += sizeOf(job.record)
      if (count > 0 && bytes > maxBatchBytes) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  /** Settles every job of the batch, whatever happens. */
  async #deliver(batch: readonly Job[]): Promise<void> {
    const jobs = batch.filter((job) => {
      const goes = mayGo(job)
      if (!goes) job.settle(notSent(new BrokerError('timeout', 'the call was over')))
      return goes
    })
    if (jobs.length === 0) return
    try {
      await this.#attempt(jobs)
    } catch (error) {
      if (error instanceof Withdrawn) return this.#deliver(jobs)
      const reason = error instanceof Error ? error.message : String(error)
      const sent = jobs.some((job) => job.sent)
      if (sent) this.#identity.renew(this.#producerId)
      for (const job of jobs) job.settle(sent ? { state: 'unknown', reason } : notSent(error))
    }
  }

  async #attempt(jobs: readonly Job[]): Promise<void> {
    const call = callOf(jobs)
    let batch: Buffer | null = null
    const fate = { doubtful: false, refused: false }
    try {
      for (;;) {
        const producer = await this.#identity.get(call)
        if (producer.id !== this.#producerId) {
          if (fate.doubtful)
            throw new BrokerError('unreachable', 'The broker forgot this producer before it answered')
          this.#producerId = producer.id
          this.#sequence = 0
          batch = null
        }
        batch ??= writeBatch(
          jobs.map((job) => job.record),
          { ...producer, sequence: this.#sequence },
        )
        fate.refused = false
        const answer = await this.#send(batch, jobs, call)
        if (answer === null) fate.doubtful ||= jobs.some((job) => job.sent)
        else if (answer.error === 0 || answer.error === kafkaErrors.duplicateSequence)
          return this.#confirm(jobs, answer)
        else if (isForgotten(answer.error)) this.#identity.renew(this.#producerId)
        else if (isOfOne(answer.error) && jobs.length > 1) return await this.#split(jobs)
        else if (!isAgain(answer.error)) return refuseAll(jobs, answer)
        else if (mayBeWritten.has(answer.error)) fate.doubtful = true
        fate.refused = answer !== null
        await sleep(call, retryMs)
        await this.#findLeader(call, answer)
      }
    } catch (error) {
      // The broker said each time that it did not take the batch.
      if (fate.refused && !fate.doubtful) for (const job of jobs) job.sent = false
      throw error
    }
  }

  /** Null when the answer was lost. */
  async #send(batch: Buffer, jobs: readonly Job[], call: Call): Promise<ProduceAnswer | null> {
    const request = {
      topic: this.#topic,
      partition: this.#partition,
      batch,
      timeoutMs: Math.max(1, Math.min(30_000, remainingMs(call))),
    }
    try {
      return await this.#cluster.node(this.#leader, produceApi, request, call, this.#lane, () => {
        // A batch holds the messages of several senders: one may have given up while the connection was opened.
        if (jobs.some((job) => !job.sent && !mayGo(job))) throw new Withdrawn()
        for (const job of jobs) job.sent = true
      })
    } catch (error) {
      if (error instanceof BrokerError && error.code === 'unreachable' && !error.detail?.closed) return null
      throw error
    }
  }

  async #findLeader(call: Call, answer: ProduceAnswer | null): Promise<void> {
    if (answer && !isStale(answer.error) && answer.error !== kafkaErrors.unknownTopicOrPartition) return
    try {
      const topic = await readTopic(this.#cluster, this.#topic, call)
      const row = topic.partitions.find((known) => known.partition === this.#partition)
      if (row && row.leader >= 0) this.#leader = row.leader
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'unreachable' || error.detail?.closed) throw error
    }
  }

  #confirm(jobs: readonly Job[], answer: ProduceAnswer): void {
    this.#sequence = (this.#sequence + jobs.length) % 0x80000000
    const known = answer.error === 0 && answer.baseOffset >= 0n
    for (const [index, job] of jobs.entries()) {
      const place = { partition: this.#partition, offset: answer.baseOffset + BigInt(index) }
      job.settle({
        state: 'confirmed',
        ...(known ? { position: positionOf(place) } : {}),
        detail: known
          ? `${this.#topic}, partition ${this.#partition}, offset ${place.offset}`
          : `${this.#topic}, partition ${this.#partition}`,
      })
    }
  }

  /** The broker refuses a batch as a whole: halves find the message it means. */
  async #split(jobs: readonly Job[]): Promise<void> {
    const half = Math.ceil(jobs.length / 2)
    await this.#deliver(jobs.slice(0, half))
    await this.#deliver(jobs.slice(half))
  }
}

/** A message of the batch is not to be sent any more: the batch must be written anew. */
class Withdrawn extends Error {}

const mayGo = (job: Job) => !job.withdrawn && !job.call.signal.aborted && remainingMs(job.call) > 0

/** Refused for one record of the batch. */
const isOfOne = (code: number) =>
  code === kafkaErrors.messageTooLarge ||
  code === kafkaErrors.invalidRecord ||
  code === kafkaErrors.invalidTimestamp

const isForgotten = (code: number) =>
  code === kafkaErrors.outOfOrderSequence ||
  code === kafkaErrors.unknownProducerId ||
  code === kafkaErrors.invalidProducerEpoch ||
  code === kafkaErrors.invalidProducerIdMapping

/** Also answered to what the leader already wrote, when it waits for its replicas in vain or is replaced. */
const mayBeWritten: ReadonlySet<number> = new Set([
  kafkaErrors.requestTimedOut,
  kafkaErrors.notLeader,
  kafkaErrors.notEnoughReplicasAfterAppend,
])

const isAgain = (code: number) =>
  isStale(code) || code === kafkaErrors.requestTimedOut || code === kafkaErrors.unknownTopicOrPartition

function refuseAll(jobs: readonly Job[], answer: ProduceAnswer): void {
  const words = answer.recordErrors.find((row) => row.message)?.message ?? answer.message
  const reason = describeCode(answer.error, words)
  const code =
    answer.error === kafkaErrors.messageTooLarge || answer.error === kafkaErrors.recordListTooLarge
      ? 'too_large'
      : answer.error === kafkaErrors.topicAuthorizationFailed
        ? 'forbidden'
        : isOfOne(answer.error)
          ? 'bad_request'
          : 'rejected'
  for (const job of jobs) job.settle({ state: 'refused', reason, code })
}

/** Lasts as long as the longest of the batch; over when nobody waits any more. */
function callOf(jobs: readonly Job[]): Call {
  const [first] = jobs
  if (first && jobs.every((job) => job.call === first.call)) return first.call
  const timeoutMs = Math.max(...jobs.map((job) => remainingMs(job.call)))
  return newCall(timeoutMs)
}

function sleep(call: Call, ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(ms, remainingMs(call))))
}
