import { type Call, within } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode, isStale } from './errors.ts'
import { initProducerIdApi } from './protocol/produce.ts'

export interface Producer {
  readonly id: bigint
  readonly epoch: number
}

/** The idempotent producer's id, shared by the partitions of one publisher, asked again after `renew`. */
export class ProducerIdentity {
  readonly #cluster: Cluster
  #current: Promise<Producer> | null = null
  #id: bigint | null = null

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  get(call: Call): Promise<Producer> {
    if (!this.#current) {
      const asked = this.#ask(call)
      this.#current = asked
      asked.catch(() => {
        if (this.#current === asked) this.#current = null
      })
    }
    return within(call, this.#current)
  }

  /** Drops `id` when it is still the current one; its sequence numbers are of no more use. */
  renew(id: bigint | null): void {
    if (id === this.#id) this.#current = null
  }

  async #ask(call: Call): Promise<Producer> {
    for (;;) {
      const { error, producerId, epoch } = await this.#cluster.any(initProducerIdApi, null, call)
      if (error === 0) {
        this.#id = producerId
        return { id: producerId, epoch }
      }
      // Right after a start the broker's block of ids is still being fetched.
      if (!isStale(error)) throw errorOfCode(error, 'producer id')
      await within(call, new Promise((resolve) => setTimeout(resolve, 100)))
    }
  }
}
