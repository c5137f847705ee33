import type { Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { describeConfigsApi, resourceTypes } from './protocol/admin.ts'

/** The transaction coordinator's own topic, there from the first transaction on. */
const transactionTopic = '__transaction_state'
const maxAgeMs = 60_000
const topicsPerRequest = 500

/** What is slow to change and costs a request: cleanup policies, and whether transactions are in use. */
export class TopicFacts {
  readonly #cluster: Cluster
  readonly #policies = new Map<string, { readonly policy: string | null; readonly readAt: number }>()
  #transactions = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** After a listing of every topic. */
  noteTopics(names: readonly string[]): void {
    this.#transactions = names.includes(transactionTopic)
    if (this.#policies.size > names.length * 2) {
      const known = new Set(names)
      for (const name of this.#policies.keys()) if (!known.has(name)) this.#policies.delete(name)
    }
  }

  /** Reads what is missing or older than a minute; a refused topic stays unknown. */
  async refresh(names: readonly string[], call: Call): Promise<void> {
    const stale = names.filter((name) => {
      const fact = this.#policies.get(name)
      return !fact || Date.now() - fact.readAt > maxAgeMs
    })
    for (let at = 0; at < stale.length; at += topicsPerRequest) {
      const lot = stale.slice(at, at + topicsPerRequest)
      try {
        const query = { type: resourceTypes.topic, names: lot, keys: ['cleanup.policy'] }
        for (const { name, error, configs } of await this.#cluster.any(describeConfigsApi, query, call)) {
          const value = error === 0 ? configs.find((config) => config.name === 'cleanup.policy')?.value : null
          this.#policies.set(name, { policy: value ?? null, readAt: Date.now() })
        }
      } catch (error) {
        if (call.signal.aborted) throw error
        return
      }
    }
  }

  /** Asked live: whether some offsets of this topic may hold no message. */
  async mayHaveGaps(topic: string, call: Call): Promise<boolean> {
    const { topics } = await this.#cluster.metadata([transactionTopic], call)
    if (topics[0]?.error === 0) this.#transactions = true
    await this.refresh([topic], call)
    return this.gapsOf(topic) !== null
  }

  policyOf(topic: string): string | null {
    return this.#policies.get(topic)?.policy ?? null
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

  /** Why the offsets of this topic may have gaps, so that end − start only bounds the messages; or null. */
  gapsOf(topic: string): string | null {
    const policy = this.policyOf(topic)
    if (policy === null) return 'its cleanup policy is not known, so offsets may have gaps'
    if (policy.includes('compact')) return 'compaction leaves gaps between offsets: an upper bound'
    return this.#transactions
      ? 'this cluster has used transactions, whose markers take offsets: an upper bound'
      : null
  }
}
