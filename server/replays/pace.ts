/** A token bucket: `rate` messages a second, at most a quarter of a second's worth (and one message) at once. */
export class Pace {
  readonly #rate: number | null
  readonly #burst: number
  readonly #now: () => number
  #tokens: number
  #atMs: number

  constructor(rate: number | null, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#burst = Math.max(1, (rate ?? 0) / 4)
    this.#tokens = 1
    this.#atMs = now()
  }

  get isLimited(): boolean {
    return this.#rate !== null
  }

  /** How many may be sent now, up to `wanted`; 0 with the time until one may. */
  take(wanted: number): { readonly granted: number; readonly waitMs: number } {
    if (this.#rate === null) return { granted: wanted, waitMs: 0 }
    const nowMs = this.#now()
    const earned = (Math.max(0, nowMs - this.#atMs) * this.#rate) / 1000
    this.#tokens = Math.min(this.#burst, this.#tokens + earned)
    this.#atMs = nowMs
    const granted = Math.min(wanted, Math.floor(this.#tokens + 1e-9))
    if (granted < 1)
      return { granted: 0, waitMs: Math.max(1, Math.ceil(((1 - this.#tokens) * 1000) / this.#rate)) }
    this.#tokens -= granted
    return { granted, waitMs: 0 }
  }

  /** Gives back what was granted and not used. */
  refund(count: number): void {
    if (this.#rate !== null) this.#tokens = Math.min(this.#burst, this.#tokens + count)
  }
}
