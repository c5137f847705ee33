import type { Call } from '../contract/index.ts'
import type { Brokers } from './cluster.ts'
import { kafkaErrors } from './errors.ts'
import { type ConfigAnswer, describeConfigsApi, resourceTypes } from './protocol/admin.ts'

/** The transaction coordinator's own topic, there from the first transaction on. */
const transactionTopic = '__transaction_state'
const maxAgeMs = 60_000
const topicsPerRequest = 500
/** What grew old is read again in turns, so that no sample pays for all topics. */
const staleAtOnce = 1_000
const keys = [
  'cleanup.policy',
  'retention.ms',
  'retention.bytes',
  'message.timestamp.before.max.ms',
  'message.timestamp.after.max.ms',
]

/** When messages are dropped, by age and by size of a partition; null: no limit. */
export interface Retention {
  readonly ms: number | null
  readonly bytes: number | null
}

interface Fact {
  readonly policy: string | null
  readonly retention: Retention | null
  /** How far from now a timestamp may lie so that the broker takes the message and keeps it for a while. */
  readonly pastMs: number
  readonly aheadMs: number
  readonly readAt: number
}

/** What is slow to change and costs a request: topic settings, and whether transactions are in use. */
export class TopicFacts {
  readonly #cluster: Pick<Brokers, 'any' | 'metadata'>
  readonly #facts = new Map<string, Fact>()
  #transactions = false
  #transactionsReadAt = 0

  constructor(cluster: Pick<Brokers, 'any' | 'metadata'>) {
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

  /** Reads what is missing, and some of what is older than a minute; a refused topic stays unknown. */
  async refresh(names: readonly string[], call: Call): Promise<void> {
    const missing = names.filter((name) => !this.#facts.has(name))
    const stale = names.filter(
      (name) => Date.now() - (this.#facts.get(name)?.readAt ?? Date.now()) > maxAgeMs,
    )
    const wanted = [...missing, ...stale.slice(0, staleAtOnce)]
    const lots = Array.from({ length: Math.ceil(wanted.length / topicsPerRequest) }, (_, index) =>
      wanted.slice(index * topicsPerRequest, (index + 1) * topicsPerRequest),
    )
    try {
      const transactions =
        Date.now() - this.#transactionsReadAt > maxAgeMs ? this.#readTransactions(call) : null
      const reads = lots.map(async (lot) => {
        const query = { type: resourceTypes.topic, names: lot, keys }
        for (const answer of await this.#cluster.any(describeConfigsApi, query, call))
          this.#facts.set(answer.name, factOf(answer))
      })
      await Promise.all([transactions, ...reads])
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

  /** Null: not known; `ms` and `bytes` null: no limit. A topic that is only compacted has neither. */
  retentionOf(topic: string): Retention | null {
    return this.#facts.get(topic)?.retention ?? null
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
  if (policy === null) return { policy, retention: null, pastMs: 0, aheadMs: 0, readAt }
  const retention = policy.includes('delete') ? limitOf(settingOf('retention.ms')) : Number.MAX_SAFE_INTEGER
  const boundOf = (key: string) => {
    const limit = policy.includes('delete') ? limitOf(settingOf(key)) : Number.MAX_SAFE_INTEGER
    return limit === Number.MAX_SAFE_INTEGER ? null : limit
  }
  return {
    policy,
    retention: { ms: boundOf('retention.ms'), bytes: boundOf('retention.bytes') },
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
