/** Pages that may be answered and wait for their turn to be settled, besides those under way. */
const waitingPages = 2

/** Pages in hand at once, at most: under way, waiting to be settled, being written down, and coming in. */
export function pagesInHand(limit: number): number {
  return limit + waitingPages + 2
}

/**
 * Pages on their way: at most `limit` at once are not answered by the target, settled in the order they were sent.
 * A page that is answered makes room before it is settled, so that its note and the next page's rows are written
 * together.
 */
export class Flights {
  readonly #limit: number
  readonly #open = new Set<Promise<void>>()
  #unanswered = 0
  #order: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null
  #wakes: (() => void)[] = []
  #isLast = false

  constructor(limit: number) {
    this.#limit = limit
  }

  get isBroken(): boolean {
    return this.#failure !== null
  }

  get hasRoom(): boolean {
    return this.#unanswered < this.#limit && this.#open.size < this.#limit + waitingPages
  }

  /** No page follows before one of these is settled, or none at all. */
  get isAlone(): boolean {
    return this.#isLast || this.#open.size >= this.#limit + waitingPages
  }

  /** Waits for a free place; throws what broke a page. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.#failure) await new Promise<void>((wake) => this.#wakes.push(wake))
    this.#throwIfFailed()
  }

  /** @param fly is given what to call when the target has answered */
  add(fly: (onAnswer: () => void) => Promise<void>): void {
    this.#unanswered += 1
    let isAnswered = false
    const onAnswer = () => {
      if (isAnswered) return
      isAnswered = true
      this.#unanswered -= 1
      this.#wake()
    }
    const watched = fly(onAnswer)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#open.delete(watched)
        onAnswer()
        this.#wake()
      })
    this.#open.add(watched)
  }

  /** Runs `work` after the same step of every earlier page, whatever became of those. */
  inOrder(work: () => Promise<void>): Promise<void> {
    const turn = this.#order.then(work)
    this.#order = turn.catch((error: unknown) => this.#fail(error))
    return turn
  }

  /** No page follows: waits for every page; never throws. */
  async land(): Promise<void> {
    this.#isLast = true
    await Promise.all(this.#open)
  }

  async drain(): Promise<void> {
    await this.land()
    this.#throwIfFailed()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }
}
