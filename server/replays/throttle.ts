/** Calls `emit` at once, and then at most every `gapMs`, the last time always. */
export class Throttle {
  readonly #gapMs: number
  readonly #emit: () => void
  #timer: NodeJS.Timeout | null = null
  #isDue = false

  constructor(gapMs: number, emit: () => void) {
    this.#gapMs = gapMs
    this.#emit = emit
  }

  poke = (): void => {
    this.#isDue = true
    if (this.#timer) return
    this.#fire()
  }

  /** Emits now, whatever was said before. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#isDue = true
    this.#fire()
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#isDue = false
  }

  #fire(): void {
    if (!this.#isDue) return
    this.#isDue = false
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#fire()
    }, this.#gapMs)
    this.#timer.unref()
    this.#emit()
  }
}
