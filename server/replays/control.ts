/** What a run in motion is asked to do next; every wait inside the run ends when this changes. */
export type Wish = 'run' | 'pause' | 'cancel' | 'shutdown'

export class Control {
  #wish: Wish = 'run'
  readonly #changed = new AbortController()

  get wish(): Wish {
    return this.#wish
  }

  get goesOn(): boolean {
    return this.#wish === 'run'
  }

  /** Cancel outranks pause; a shutdown only pauses the process, so it never overwrites either. */
  ask(wish: Exclude<Wish, 'run'>): void {
    if (this.#wish === 'run' || (this.#wish === 'pause' && wish === 'cancel')) this.#wish = wish
    this.#changed.abort()
  }

  /** Sleeps until the time is over or the run is asked to stop; never rejects. */
  async sleep(ms: number): Promise<void> {
    const { signal } = this.#changed
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })
  }
}
