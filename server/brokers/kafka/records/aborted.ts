import type { AbortedRange } from '../protocol/fetch.ts'
import { type Batch, isControl, isTransactional, markerOf } from './decode.ts'

const abortMarker = 0

/**
 * Tells the batches of aborted transactions from the rest, for one partition read in offset order.
 *
 * The broker names aborted ranges by producer and first offset only, for what the response covers; a
 * range ends at the producer's next abort marker, which may lie in a later response. So each producer has
 * its own ordered queue of ranges, and everything is kept over responses. A range named again by the next
 * response is the same range.
 */
export class AbortedFilter {
  readonly #waiting = new Map<bigint, bigint[]>()
  readonly #known = new Set<string>()
  readonly #open = new Map<bigint, string>()

  learn(ranges: readonly AbortedRange[]): void {
    for (const { producerId, firstOffset } of ranges) {
      const name = `${producerId}:${firstOffset}`
      if (this.#known.has(name)) continue
      this.#known.add(name)
      const queue = this.#waiting.get(producerId) ?? []
      const at = queue.findIndex((offset) => offset > firstOffset)
      queue.splice(at < 0 ? queue.length : at, 0, firstOffset)
      this.#waiting.set(producerId, queue)
    }
  }

  /** Whether this batch holds messages a read-committed reader sees. Markers hold none. */
  accepts(batch: Batch): boolean {
    const queue = this.#waiting.get(batch.producerId)
    const [first] = queue ?? []
    if (queue && first !== undefined && first <= batch.lastOffset && !this.#open.has(batch.producerId)) {
      queue.shift()
      if (queue.length === 0) this.#waiting.delete(batch.producerId)
      this.#open.set(batch.producerId, `${batch.producerId}:${first}`)
    }
    if (isControl(batch)) {
      const name = this.#open.get(batch.producerId)
      if (name !== undefined && markerOf(batch) === abortMarker) {
        this.#open.delete(batch.producerId)
        this.#known.delete(name)
      }
      return false
    }
    return !(isTransactional(batch) && this.#open.has(batch.producerId))
  }
}
