import type { Reading } from '../../lib/schemas/reading.ts'
import type { Ring } from './ring.ts'

export interface TrackPoints {
  readonly points: (number | null)[]
  /** Exact only when every value in the window was. */
  readonly quality: 'exact' | 'approximate'
}

/** One series of the ring; it takes a slot with its first known value and not before. */
export class Track {
  #slot: number | null = null
  /** The newest step with a value that was not exact. */
  #inexactStep = Number.NEGATIVE_INFINITY

  /** Unknown leaves a gap, and so does a value that is only remembered. `hasRoom` false: no new series is begun. */
  put(ring: Ring, reading: Reading | undefined, hasRoom: boolean): void {
    if (reading?.state === 'ok') this.putValue(ring, reading.value, reading.quality === 'exact', hasRoom)
  }

  putValue(ring: Ring, value: number, isExact: boolean, hasRoom: boolean): void {
    if (!Number.isFinite(value)) return
    if (this.#slot === null) {
      if (!hasRoom) return
      this.#slot = ring.open()
    }
    ring.put(this.#slot, value)
    if (!isExact && ring.step !== null) this.#inexactStep = ring.step
  }

  /** Null when nothing was ever put. */
  read(ring: Ring, last: number): TrackPoints | null {
    if (this.#slot === null) return null
    const isInexact = this.#inexactStep > last - ring.length
    return { points: ring.read(this.#slot, last), quality: isInexact ? 'approximate' : 'exact' }
  }

  close(ring: Ring): void {
    if (this.#slot !== null) ring.close(this.#slot)
    this.#slot = null
    this.#inexactStep = Number.NEGATIVE_INFINITY
  }
}
