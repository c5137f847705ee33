const seriesPerSlab = 256

export interface RingSize {
  readonly stepMs: number
  /** How many steps are kept. */
  readonly length: number
}

/**
 * The newest values of many series, one a step, all turning together. A series is a slot number; its cells lie in
 * slabs, since an array each would cost more than what stands in it.
 * Invariant: a cell holds the last value put for its series in its step, or NaN: nothing was put there. 32-bit
 * floats: beyond 16.7 million a value is near, not exact, which is enough for a picture and for nothing else.
 */
export class Ring {
  readonly stepMs: number
  readonly length: number
  readonly #slabs: Float32Array[] = []
  readonly #free: number[] = []
  #opened = 0
  #step: number | null = null

  constructor({ stepMs, length }: RingSize) {
    this.stepMs = stepMs
    this.length = length
  }

  /** The step that is being written; null before the first. */
  get step(): number | null {
    return this.#step
  }
  /** How many series are open. */
  get size(): number {
    return this.#opened - this.#free.length
  }
  get bytes(): number {
    return this.#slabs.length * seriesPerSlab * this.length * 4
  }

  stepOf(atMs: number): number {
    return Math.floor(atMs / this.stepMs)
  }

  /**
   * What is older than the window falls out. False for a time before the newest step: what was is not rewritten.
   * A clock that was set back by more than the window empties the ring, else it would stand still until then.
   */
  turnTo(step: number): boolean {
    const before = this.#step
    if (before !== null && step < before && before - step <= this.length) return false
    const turned = before === null ? 0 : Math.min(this.length, Math.abs(step - before))
    this.#step = step
    for (let back = 0; back < turned; back += 1) {
      const column = this.#columnOf(step - back)
      for (const slab of this.#slabs)
        for (let at = column; at < slab.length; at += this.length) slab[at] = Number.NaN
    }
    return true
  }

  open(): number {
    const slot = this.#free.pop() ?? this.#opened++
    if (slot === this.#slabs.length * seriesPerSlab)
      this.#slabs.push(new Float32Array(seriesPerSlab * this.length).fill(Number.NaN))
    return slot
  }

  /** Its values are forgotten; the slot serves another series. */
  close(slot: number): void {
    const start = this.#startOf(slot)
    this.#slabOf(slot)?.fill(Number.NaN, start, start + this.length)
    this.#free.push(slot)
  }

  put(slot: number, value: number): void {
    const slab = this.#slabOf(slot)
    if (slab && this.#step !== null) slab[this.#startOf(slot) + this.#columnOf(this.#step)] = value
  }

  /** Oldest first, up to and with the step `last`; null where nothing was put. */
  read(slot: number, last: number): (number | null)[] {
    const newest = this.#step
    const slab = this.#slabOf(slot)
    return Array.from({ length: this.length }, (_, index) => {
      const step = last - this.length + 1 + index
      if (!slab || newest === null || step > newest || step <= newest - this.length) return null
      const value = slab[this.#startOf(slot) + this.#columnOf(step)]
      return value === undefined || Number.isNaN(value) ? null : value
    })
  }

  #columnOf(step: number): number {
    return ((step % this.length) + this.length) % this.length
  }

  #startOf(slot: number): number {
    return (slot % seriesPerSlab) * this.length
  }

  #slabOf(slot: number): Float32Array | undefined {
    return this.#slabs[Math.floor(slot / seriesPerSlab)]
  }
}
