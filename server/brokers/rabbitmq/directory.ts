import { BrokerError, type Call } from '../contract/index.ts'
import { type Json, type Management, textAt } from './management.ts'
import { type Policies, readPolicies } from './policies.ts'

/** Whatever is not seen to change is asked again after this time. */
const fullAgeMs = 10 * 60_000

/** The queues of a big broker, with the policies to be matched here. */
export interface Listing {
  /** Sorted by vhost and name; the basic columns of `/api/queues`. */
  readonly items: readonly Json[]
  readonly policies: Policies
  /** Another number is another content. */
  readonly generation: number
}

interface Kept extends Listing {
  readonly atMs: number
  readonly policyText: string
}

/** `vhost\0name`, which no two queues share. */
export const keyOf = (item: Json) => `${textAt(item, 'vhost') ?? '/'}\0${textAt(item, 'name') ?? ''}`

/**
 * What queues there are, of a broker with so many that the statistics behind its pages cost seconds of processor:
 * 10,000 queues in one request without statistics cost a fortieth. They are asked again when the names of a fresh
 * scrape differ, a queue was recreated, a policy changed, or ten minutes went by.
 */
export class Directory {
  readonly #scope: string
  readonly #now: () => number
  #kept: Kept | null = null
  #recreated = 0
  #keptRecreated = 0

  /** @param scope `/<vhost>` where the broker is limited to one, else empty */
  constructor(scope: string, now: () => number) {
    this.#scope = scope
    this.#now = now
  }

  /** As last read. */
  get kept(): Listing | null {
    return this.#kept
  }

  /** A queue of a known name is another one: its settings may be others. */
  recreated(): void {
    this.#recreated += 1
  }

  /** Every queue without statistics, asked now. */
  async read(management: Management, call: Call): Promise<readonly Json[]> {
    return (await this.#readAll(management, null, call)).items
  }

  /**
   * Null where policies cannot be read or matched here: then only the broker can say which applies.
   * @param names every `vhost\0queue` there is now, from a fresh scrape; null: not known
   */
  async list(management: Management, names: Iterable<string> | null, call: Call): Promise<Listing | null> {
    const read = await this.#readPolicies(management, call)
    if (read === null) return null
    const kept = this.#kept
    const isGood =
      kept !== null &&
      names !== null &&
      kept.policyText === read.text &&
      this.#recreated === this.#keptRecreated &&
      this.#now() - kept.atMs < fullAgeMs &&
      hasSameNames(kept.items, new Set(names))
    return isGood ? kept : this.#readAll(management, read, call)
  }

  async #readAll(
    management: Management,
    policies: { readonly policies: Policies; readonly text: string } | null,
    call: Call,
  ): Promise<Kept> {
    const recreated = this.#recreated
    const items = await management.getList(`/queues${this.#scope}?disable_stats=true`, call)
    items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const kept: Kept = {
      items,
      policies: policies?.policies ?? this.#kept?.policies ?? { user: [], operator: [] },
      // Without policies of its own it is good for names only, and the next list asks again.
      policyText: policies?.text ?? 'unread',
      generation: (this.#kept?.generation ?? 0) + 1,
      atMs: this.#now(),
    }
    this.#kept = kept
    this.#keptRecreated = recreated
    return kept
  }

  async #readPolicies(
    management: Management,
    call: Call,
  ): Promise<{ policies: Policies; text: string } | null> {
    const scope = this.#scope
    try {
      const [user, operator] = await Promise.all([
        management.getList(`/policies${scope}`, call),
        management.getList(`/operator-policies${scope}`, call),
      ])
      const policies = readPolicies(user, operator)
      const isReadable = policies.user.length === user.length && policies.operator.length === operator.length
      return isReadable ? { policies, text: JSON.stringify([user, operator]) } : null
    } catch (error) {
      if (error instanceof BrokerError && (error.code === 'forbidden' || error.code === 'not_found'))
        return null
      throw error
    }
  }
}

function hasSameNames(items: readonly Json[], names: ReadonlySet<string>): boolean {
  return items.length === names.size && items.every((item) => names.has(keyOf(item)))
}
