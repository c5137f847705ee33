/** Pages on their way: at most `limit` at once, settled in the order they were sent. */
export class Flights {
  readonly #limit: number
  readonly #open = new Set<Promise<void>>()
  #order: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null

  constructor(limit: number) {
    this.#limit = limit
  }

  get isBroken(): boolean {
    return this.#failure !== null
  }

  /** Waits for a free place; throws what broke a page. */
  async room(): Promise<void> {
    while (this.#open.size >= this.#limit && !this.#failure) await Promise.race(this.#open)
    this.#throwIfFailed()
  }

  add(flight: Promise<void>): void {
    const watched = flight
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#open.delete(watched))
    this.#open.add(watched)
  }

  /** Runs `work` after the same step of every earlier page, whatever became of those. */
  inOrder(work: () => Promise<void>): Promise<void> {
    const turn = this.#order.then(work)
    this.#order = turn.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    return turn
  }

  /** Waits for every page; never throws. */
  async land(): Promise<void> {
    await Promise.all(this.#open)
  }

  async drain(): Promise<void> {
    await this.land()
    this.#throwIfFailed()
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }
}
