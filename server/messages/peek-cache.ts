import type { BrokerMessage } from '../brokers/contract/index.ts'

interface Entry {
  readonly message: BrokerMessage
  readonly bytes: number
  readonly expiresAtMs: number
}

/**
 * Messages of queues as the last look found them. On such a queue every look costs something (a flag, a delivery
 * count), so a message that was just listed is opened from here. Bounded by bytes and age, oldest out first.
 */
export class PeekCache {
  readonly #maxBytes: number
  readonly #ageMs: number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(maxBytes = 32 * 1024 * 1024, ageMs = 120_000) {
    this.#maxBytes = maxBytes
    this.#ageMs = ageMs
  }

  keep(broker: string, destination: string, messages: readonly BrokerMessage[], nowMs: number): void {
    for (const message of messages) {
      const key = keyOf(broker, destination, message.id)
      this.#drop(key)
      const bytes = message.sizeBytes + (message.body?.byteLength ?? 0) + 500
      if (bytes > this.#maxBytes / 4) continue
      this.#entries.set(key, { message, bytes, expiresAtMs: nowMs + this.#ageMs })
      this.#bytes += bytes
    }
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes && entry.expiresAtMs > nowMs) break
      this.#drop(key)
    }
  }

  find(broker: string, destination: string, id: string, nowMs: number): BrokerMessage | null {
    const entry = this.#entries.get(keyOf(broker, destination, id))
    return entry && entry.expiresAtMs > nowMs ? entry.message : null
  }

  /** Something was taken out of this broker, or put in: what was seen before need not be there any more. */
  forget(broker: string): void {
    const prefix = `${broker}\0`
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#drop(key)
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}

function keyOf(broker: string, destination: string, id: string): string {
  return `${broker}\0${destination}\0${id}`
}
