import type { Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { kafkaErrors } from './errors.ts'
import { type ConfigAnswer, describeConfigsApi, resourceTypes } from './protocol/admin.ts'

/** The transaction coordinator's own topic, there from the first transaction on. */
const transactionTopic = '__transaction_state'
const maxAgeMs = 60_000
const topicsPerRequest = 500
const keys = [
  'cleanup.policy',
  'retention.ms',
  'message.timestamp.before.max.ms',
  'message.timestamp.after.max.ms',
]

interface Fact {
  readonly policy: string | null
  /** How far from now a timestamp may lie so that the broker takes the message and keeps it for a while. */
  readonly pastMs: number
  readonly aheadMs: number
  readonly readAt: number
}

/** What is slow to change and costs a request: topic settings, and whether transactions are in use. */
export class TopicFacts {
  readonly #cluster: Cluster
  readonly #facts = new Map<string, Fact>()
  #transactions = false
  #transactionsReadAt = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** After a listing of every topic. */
  noteTopics(names: readonly string[]): void {
    if (names.includes(transactionTopic)) this.#transactions = true
    if (this.#facts.size > names.length * 2) {
      const known = new Set(names)
      for (const name of this.#facts.keys()) if (!known.has(name)) this.#facts.delete(name)
    }
  }

  /** Reads what is missing or older than a minute; a refused topic stays unknown. */
  async refresh(names: readonly string[], call: Call): Promise<void> {
    const stale = names.filter((name) => {
      const fact = this.#facts.get(name)
      return !fact || Date.now() - fact.readAt > maxAgeMs
    })
    try {
      if (Date.now() - this.#transactionsReadAt > maxAgeMs) await this.#readTransactions(call)
      for (let at = 0; at < stale.length; at += topicsPerRequest) {
        const lot = stale.slice(at, at + topicsPerRequest)
        const query = { type: resourceTypes.topic, names: lot, keys }
        for (const answer of await this.#cluster.any(describeConfigsApi, query, call))
          this.#facts.set(answer.name, factOf(answer))
      }
    } catch (error) {
      if (call.signal.aborted) throw error
    }
  }

  /** Asked live: whether some offsets of this topic may hold no message. */
  async mayHaveGaps(topic: string, call: Call): Promise<boolean> {
    await this.#readTransactions(call)
    await this.refresh([topic], call)
    return this.gapsOf(topic) !== null
  }

  policyOf(topic: string): string | null {
    return this.#facts.get(topic)?.policy ?? null
  }

  variantOf(topic: string): string | undefined {
    const policy = this.policyOf(topic)
    if (policy === null) return undefined
    const parts = policy.split(',').map((part) => part.trim())
    if (parts.includes('compact')) return parts.includes('delete') ? 'compacted and deleted' : 'compacted'
    return 'log'
  }

  isCompacted(topic: string): boolean {
    return this.policyOf(topic)?.includes('compact') === true
  }

  /** Timestamps a message for this topic may carry; without the right to read its settings, only now. */
  timesOf(topic: string, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
    const fact = this.#facts.get(topic)
    return { fromMs: nowMs - (fact?.pastMs ?? 0), toMs: nowMs + (fact?.aheadMs ?? 0) }
  }

  /** Why the offsets of this topic may have gaps, so that end − start only bounds the messages; or null. */
  gapsOf(topic: string): string | null {
    const policy = this.policyOf(topic)
    if (policy === null) return 'its cleanup policy is not known, so offsets may have gaps'
    if (policy.includes('compact')) return 'compaction leaves gaps between offsets: an upper bound'
    return this.#transactions
      ? 'this cluster has used transactions, whose markers take offsets: an upper bound'
      : null
  }

  /** Where these credentials may not see that topic the broker refuses it, there or not: then there may be some. */
  async #readTransactions(call: Call): Promise<void> {
    const { topics } = await this.#cluster.metadata([transactionTopic], call)
    this.#transactions = topics[0]?.error !== kafkaErrors.unknownTopicOrPartition
    this.#transactionsReadAt = Date.now()
  }
}

function factOf({ error, configs }: ConfigAnswer): Fact {
  const readAt = Date.now()
  const settingOf = (key: string) => configs.find((config) => config.name === key)?.value ?? null
  const policy = error === 0 ? settingOf('cleanup.policy') : null
  if (policy === null) return { policy, pastMs: 0, aheadMs: 0, readAt }
  const retention = policy.includes('delete') ? limitOf(settingOf('retention.ms')) : Number.MAX_SAFE_INTEGER
  return {
    policy,
    // An old message would be deleted with the next old segment: it must have half of the retention before it.
    pastMs: Math.min(Math.floor(retention / 2), limitOf(settingOf('message.timestamp.before.max.ms'))),
    aheadMs: limitOf(settingOf('message.timestamp.after.max.ms')),
    readAt,
  }
}

/** Absent (before Kafka 3.6), -1 and 2^63-1 mean no limit. */
function limitOf(value: string | null): number {
  const ms = Number(value ?? -1)
  return ms < 0 ? Number.MAX_SAFE_INTEGER : Math.min(ms, Number.MAX_SAFE_INTEGER)
}
