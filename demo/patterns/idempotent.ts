/**
 * What was done, by key. Brokers deliver at least once: after a crash, a lost ack or a replay the same message
 * comes again, and only the consumer can know. The key is the business's own (an order id), never the broker's: a
 * message that is published twice has two delivery tags and one order id.
 */
export interface Ledger {
  /** Whether it stands there already. */
  has(book: string, key: string): Promise<boolean>
  /** Enters it; false when it was there, so that of two who do the same at once only one counts. */
  enter(book: string, key: string): Promise<boolean>
}

/**
 * In memory, for a demo without Redis: forgets after `ttlMs`, and the oldest first beyond `maxKeys`. It must forget:
 * a ledger that keeps every key of every day ends the process. How long is a promise: a duplicate that comes later
 * is done again.
 */
export class MemoryLedger implements Ledger {
  readonly #entries = new Map<string, number>()
  readonly #ttlMs: number
  readonly #maxKeys: number
  readonly #now: () => number

  constructor(options: { ttlMs?: number; maxKeys?: number; now?: () => number } = {}) {
    this.#ttlMs = options.ttlMs ?? 20 * 60_000
    this.#maxKeys = options.maxKeys ?? 50_000
    this.#now = options.now ?? Date.now
  }

  get size(): number {
    return this.#entries.size
  }

  async has(book: string, key: string): Promise<boolean> {
    return this.#isKnown(`${book} ${key}`)
  }

  #isKnown(id: string): boolean {
    const enteredAt = this.#entries.get(id)
    return enteredAt !== undefined && this.#now() - enteredAt < this.#ttlMs
  }

  async enter(book: string, key: string): Promise<boolean> {
    const id = `${book} ${key}`
    // No await between the look and the entry: two could pass each other there.
    if (this.#isKnown(id)) return false
    // Deleted first, so that it stands at the end: a Map keeps the order of insertion, the oldest comes first.
    this.#entries.delete(id)
    this.#entries.set(id, this.#now())
    this.#forget()
    return true
  }

  #forget(): void {
    for (const [id, enteredAt] of this.#entries) {
      if (this.#entries.size <= this.#maxKeys && this.#now() - enteredAt < this.#ttlMs) return
      this.#entries.delete(id)
    }
  }
}

/**
 * Does `work` once for each key; false when it was done before. It is entered behind the work: a crash between the
 * two does it again, the other order would lose it. What cannot be done twice at all (a card charge) must take the
 * key along, so that the other side knows it too.
 */
export async function once(
  ledger: Ledger,
  book: string,
  key: string,
  work: () => Promise<void>,
): Promise<boolean> {
  if (await ledger.has(book, key)) return false
  await work()
  return ledger.enter(book, key)
}
