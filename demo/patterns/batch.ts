interface BatchOptions<T> {
  /** Items a batch has at most. */
  readonly size: number
  /** Milliseconds the first of a batch waits at most. */
  readonly maxWaitMs: number
  /** Called with one batch at a time; whoever added an item learns how it ended. */
  readonly flush: (items: readonly T[]) => Promise<void>
}

interface Waiting<T> {
  readonly item: T
  readonly done: () => void
  readonly fail: (error: unknown) => void
}

/**
 * Collects items and hands them over together: a hundred rows in one write cost little more than one row. Size
 * bounds memory, time bounds how long the first one waits. Nothing is acknowledged before its batch is written.
 */
export class Batcher<T> {
  readonly #options: BatchOptions<T>
  #waiting: Waiting<T>[] = []
  #timer: NodeJS.Timeout | undefined
  #lane: Promise<void> = Promise.resolve()

  constructor(options: BatchOptions<T>) {
    this.#options = options
  }

  /** Resolves when the batch it went with was written; rejects with what that write threw. */
  add(item: T): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ item, done, fail })
      if (this.#waiting.length >= this.#options.size) void this.flush()
      else this.#timer ??= setTimeout(() => void this.flush(), this.#options.maxWaitMs)
    })
  }

  /** Writes what is there now; at the end, too, so that stopping loses nothing. Never rejects: `add` tells. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const batch = this.#waiting
    this.#waiting = []
    // One after the other: two writes at a time could pass each other.
    if (batch.length > 0) this.#lane = this.#lane.then(() => this.#write(batch))
    return this.#lane
  }

  async #write(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.#options.flush(batch.map(({ item }) => item))
      for (const { done } of batch) done()
    } catch (error) {
      for (const { fail } of batch) fail(error)
    }
  }
}
