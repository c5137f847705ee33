import {
  BrokerError,
  type Call,
  notSent,
  type Outgoing,
  type Publisher,
  type PublishFacet,
  type PublishOutcome,
  type PublishTarget,
  within,
} from '../contract/index.ts'
import { mayNot, operations } from './abilities.ts'
import type { Cluster, Lane } from './cluster.ts'
import { recordOf, topicOf } from './map.ts'
import { readTopic } from './offsets.ts'
import { partitionOfKey } from './partitioner.ts'
import { type Job, ProduceLane } from './produce-lane.ts'
import { ProducerIdentity } from './producer-identity.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import type { TopicFacts } from './topic-facts.ts'
import { findSince, mark } from './verify.ts'

/** Confirmed means: on every in-sync replica (acks=all), written once (idempotent). */
export function publishFacet(cluster: Cluster, facts: TopicFacts, now: () => number): PublishFacet {
  return {
    openPublisher: async (call) => {
      const publisher = new KafkaPublisher(cluster, facts, now)
      await publisher.start(call)
      return publisher
    },
    check: (target, call) => checkTarget(cluster, target, call),
    verify: {
      mark: (ref, call) => mark(cluster, topicOf(ref), call),
      findSince: (ref, from, header, call) => findSince(cluster, topicOf(ref), from, header, call),
    },
  }
}

async function checkTarget(cluster: Cluster, target: PublishTarget, call: Call): Promise<void> {
  if (target.ref.type !== 'topic')
    throw new BrokerError('unsupported', `Kafka has topics only, no ${target.ref.type}`)
  const topic = await readTopic(cluster, topicOf(target.ref), call, true)
  if (target.routingKey !== undefined && target.routingKey !== '')
    throw new BrokerError('bad_request', 'Kafka has no routing keys')
  if (topic.internal) throw new BrokerError('unsupported', `${topic.name} is internal to the broker`)
  if (target.partition !== undefined && !topic.partitions.some((row) => row.partition === target.partition))
    throw new BrokerError('bad_request', `${topic.name} has no partition ${target.partition}`)
  if (mayNot(topic, operations.write))
    throw new BrokerError('forbidden', `These credentials may not write to ${topic.name}`)
}

const topicMaxAgeMs = 5_000

class KafkaPublisher implements Publisher {
  readonly #cluster: Cluster
  readonly #facts: TopicFacts
  readonly #now: () => number
  readonly #lane: Lane
  readonly #identity: ProducerIdentity
  readonly #lanes = new Map<string, ProduceLane>()
  readonly #topics = new Map<string, { readonly readAt: number; readonly topic: TopicMeta }>()
  #turn = Math.floor(Math.random() * 1024)
  #closed = false
  #placing: Promise<unknown> = Promise.resolve()

  constructor(cluster: Cluster, facts: TopicFacts, now: () => number) {
    this.#cluster = cluster
    this.#facts = facts
    this.#now = now
    this.#lane = cluster.ownLane()
    this.#identity = new ProducerIdentity(cluster)
  }

  async start(call: Call): Promise<void> {
    await this.#identity.get(call)
  }

  async send(batch: readonly Outgoing[], call: Call): Promise<readonly PublishOutcome[]> {
    const outcomes: (PublishOutcome | undefined)[] = new Array(batch.length)
    const jobs: (Job | undefined)[] = new Array(batch.length)
    // One after the other, so that a small send never overtakes a large one on the way to its lane.
    const placed = this.#placing.then(() => this.#place(batch, call, outcomes, jobs))
    this.#placing = placed.catch(() => undefined)
    try {
      await within(
        call,
        placed.then(({ finished }) => finished),
      )
    } catch {
      // The call is over: what has no answer yet is told below as what it is.
    }
    return batch.map((_, index): PublishOutcome => {
      const outcome = outcomes[index]
      if (outcome) return outcome
      const job = jobs[index]
      if (job?.sent) return { state: 'unknown', reason: 'The call ended before the broker answered' }
      if (job) job.withdrawn = true
      return notSent(new BrokerError('timeout', 'the call was over'))
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cluster.closeLane(this.#lane)
  }

  /** Hands every message to its lane; `finished` when all have their outcomes. */
  async #place(
    batch: readonly Outgoing[],
    call: Call,
    outcomes: (PublishOutcome | undefined)[],
    jobs: (Job | undefined)[],
  ): Promise<{ readonly finished: Promise<void> }> {
    const byLane = new Map<ProduceLane, Job[]>()
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
    let open = batch.length
    const settle = (index: number, outcome: PublishOutcome) => {
      outcomes[index] ??= outcome
      if (--open === 0) finish()
    }
    if (open === 0) finish()
    this.#turn++
    for (const [index, outgoing] of batch.entries()) {
      try {
        const found = this.#laneOf(outgoing, call)
        const lane = found instanceof ProduceLane ? found : await found
        const now = this.#now()
        const times = this.#facts.timesOf(outgoing.target.ref.name, now)
        const record = recordOf(outgoing.message, now, times)
        const job: Job = {
          record,
          call,
          sent: false,
          withdrawn: false,
          settle: (outcome) => settle(index, outcome),
        }
        jobs[index] = job
        const list = byLane.get(lane)
        if (list) list.push(job)
        else byLane.set(lane, [job])
      } catch (error) {
        settle(index, notSent(error))
      }
    }
    for (const [lane, list] of byLane) lane.push(list)
    return { finished }
  }

  #laneOf(outgoing: Outgoing, call: Call): Promise<ProduceLane> | ProduceLane {
    const name = topicOf(outgoing.target.ref)
    const known = this.#topics.get(name)
    if (known && known.readAt > Date.now() - topicMaxAgeMs) return this.#pick(known.topic, outgoing)
    return this.#topicOf(name, call).then((topic) => this.#pick(topic, outgoing))
  }

  async #topicOf(name: string, call: Call): Promise<TopicMeta> {
    if (this.#closed) throw new BrokerError('unreachable', 'This publisher is closed')
    const [topic] = await Promise.all([
      readTopic(this.#cluster, name, call),
      this.#facts.refresh([name], call),
    ])
    this.#topics.set(name, { readAt: Date.now(), topic })
    return topic
  }

  #pick(topic: TopicMeta, { target, message }: Outgoing): ProduceLane {
    const count = topic.partitions.length
    const partition =
      target.partition ?? (message.key === null ? this.#turn % count : partitionOfKey(message.key, count))
    const row = topic.partitions.find((known) => known.partition === partition)
    if (!row) throw new BrokerError('bad_request', `${topic.name} has no partition ${partition}`)
    const key = `${partition} ${topic.name}`
    const existing = this.#lanes.get(key)
    if (existing) return existing
    const lane = new ProduceLane(this.#cluster, this.#lane, this.#identity, {
      topic: topic.name,
      partition,
      leader: row.leader,
    })
    this.#lanes.set(key, lane)
    return lane
  }
}
