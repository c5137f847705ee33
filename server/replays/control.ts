/** What a run in motion is asked to do next; every wait inside the run ends when this changes. */
export type Wish = 'run' | 'pause' | 'cancel'

export class Control {
  #wish: Wish = 'run'
  #isStopping = false
  readonly #ends = new AbortController()
  readonly #wakes = new Set<() => void>()

  get wish(): Wish {
    return this.#wish
  }

  /** The process stops: the run keeps its state and goes on after the next start. */
  get isStopping(): boolean {
    return this.#isStopping
  }

  get goesOn(): boolean {
    return this.#wish === 'run' && !this.#isStopping
  }

  /** Aborted as soon as the run shall not go on. */
  get signal(): AbortSignal {
    return this.#ends.signal
  }

  /** Cancel outranks pause. */
  ask(wish: Exclude<Wish, 'run'>): void {
    if (this.#wish !== 'cancel') this.#wish = wish
    this.#wake()
  }

  stop(): void {
    this.#isStopping = true
    this.#wake()
  }

  #wake(): void {
    this.#ends.abort()
    for (const wake of [...this.#wakes]) wake()
  }

  /** Sleeps until the time is over or the run is asked for something else; never rejects. */
  async sleep(ms: number): Promise<void> {
    if (this.#isStopping) return
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#wakes.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#wakes.add(done)
    })
  }
}
