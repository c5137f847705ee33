import { type BrokerMessage, queueMessageId, readQueueId } from '../brokers/contract/index.ts'
import type { LedgerRow } from '../storage/contract/index.ts'

/**
 * Which ledger row a message from a queue belongs to. Queues give messages no ids, so equal messages (same
 * body, properties and headers) share a key and differ by their ordinal from the head, which shifts when one
 * of them leaves. Everything here follows from three facts: equals are interchangeable; a message of ours
 * that came back after a crash carries `redelivered`; what comes back keeps its order before what was never
 * claimed. Where they do not decide, the row becomes `uncertain` and the message stays: never removed on a
 * guess, because the one removed could be an equal that nobody delivered.
 */
export type Verdict =
  /** Belongs to this frozen row: send it. */
  | { readonly kind: 'send'; readonly row: number }
  /** This row was delivered before a stop, and this is its copy: remove it without sending. */
  | { readonly kind: 'remove'; readonly row: number }
  /** Could be the copy of this delivered row, or another equal: leave it and say so. */
  | { readonly kind: 'doubt'; readonly row: number }
  | { readonly kind: 'leave' }
  /** In no row yet. */
  | { readonly kind: 'new' }

/** On a confirmed row: other copies of the message were seen in the queue when it was claimed. */
export const equalCopiesReason = 'Equal messages were seen beside it in the source'

/** On a confirmed row: no page stands in the ledger behind it, so what comes next from the queue may be anybody's. */
export const lastPageReason = 'Its copy was about to leave the source, as one of the last of a session'

export function keyOf(messageId: string): string {
  return readQueueId(messageId)?.equals ?? messageId
}

function isHashed(messageId: string): boolean {
  return readQueueId(messageId) !== null
}

/** Rows delivered before a stop whose copy in the source cannot be told from its equals. `rows`: all that are not settled; in a run over chosen ids, all. */
export function findAmbiguous(rows: readonly LedgerRow[]): LedgerRow[] {
  const copies = new Map<string, number>()
  for (const { messageId } of rows) copies.set(keyOf(messageId), (copies.get(keyOf(messageId)) ?? 0) + 1)
  return rows.filter(({ state, messageId, reason }) => {
    const id = readQueueId(messageId)
    if (state !== 'confirmed' || !id) return false
    return (copies.get(id.equals) ?? 0) > 1 || reason === equalCopiesReason
  })
}

export class QueueBook {
  readonly #wanted = new Map<string, LedgerRow[]>()
  readonly #awaiting = new Map<string, LedgerRow>()
  /** Rows whose copies stay in the source: failed, in doubt, left out. */
  readonly #staying = new Map<string, number[]>()
  #stayingNow = new Map<string, number[]>()
  /** Of chosen ids: ordinals that left, and rows in doubt whose copy may have left. */
  readonly #gone = new Map<string, number[]>()
  readonly #doubtful = new Map<string, number>()
  /** The latest row met in this session: what was delivered before it and has not come back has left. */
  #metRow = 0

  constructor(rows: Iterable<LedgerRow>) {
    for (const row of rows) this.add(row)
  }

  add(row: LedgerRow): void {
    const key = keyOf(row.messageId)
    if (row.state === 'frozen') push(this.#wanted, key, row)
    else if (row.state === 'confirmed') this.#awaiting.set(key, row)
    else if (row.state === 'settled') push(this.#gone, key, readQueueId(row.messageId)?.ordinal ?? 0)
    else push(this.#staying, key, row.row)
    if (row.state === 'uncertain') this.#doubtful.set(key, (this.#doubtful.get(key) ?? 0) + 1)
  }

  beginSession(): void {
    this.#stayingNow = new Map(
      [...this.#staying].map(([key, rows]) => [key, [...rows].sort((a, b) => a - b)]),
    )
    this.#metRow = 0
  }

  get stayingCount(): number {
    return sum(this.#staying)
  }
  /** Rows that are still to be met: to send, or to remove. */
  get openCount(): number {
    return sum(this.#wanted) + this.#awaiting.size
  }
  get wantedRows(): LedgerRow[] {
    return [...this.#wanted.values()].flat().sort((a, b) => a.row - b.row)
  }
  get awaitingRows(): LedgerRow[] {
    return [...this.#awaiting.values()].sort((a, b) => a.row - b.row)
  }

  /** In a run over everything: what to do with the next message from the head. */
  assign(message: BrokerMessage): Verdict {
    const key = keyOf(message.id)
    // RabbitMQ and its like set the flag on whatever was handed out before, so without it we never held it.
    const mayBeOurs = message.properties.redelivered !== false
    const awaited = this.#awaiting.get(key)
    if (awaited && mayBeOurs) {
      this.#awaiting.delete(key)
      const isSure = awaited.row >= this.#metRow && awaited.reason !== lastPageReason
      if (!isSure && isHashed(message.id)) {
        push(this.#staying, key, awaited.row)
        return { kind: 'doubt', row: awaited.row }
      }
      return this.#meet('remove', awaited.row)
    }
    const wanted = this.#takeWanted(key)
    if (wanted) return this.#meet('send', wanted.row)
    const staying = mayBeOurs ? this.#stayingNow.get(key)?.shift() : undefined
    if (staying !== undefined) {
      this.#metRow = Math.max(this.#metRow, staying)
      return { kind: 'leave' }
    }
    this.#metRow = Number.MAX_SAFE_INTEGER
    return { kind: 'new' }
  }

  /**
   * In a run over chosen ids: what to do with one that was asked for. Any copy serves any row of its key; but
   * whether a copy of what was delivered is its own or a deeper equal, nothing around it tells.
   */
  assignChosen(message: BrokerMessage): Verdict {
    const key = keyOf(message.id)
    const awaited = this.#awaiting.get(key)
    if (awaited) {
      if (message.properties.redelivered === false) return { kind: 'leave' }
      this.#awaiting.delete(key)
      return { kind: isHashed(message.id) ? 'doubt' : 'remove', row: awaited.row }
    }
    const wanted = this.#takeWanted(key)
    return wanted ? { kind: 'send', row: wanted.row } : { kind: 'leave' }
  }

  /**
   * The ids to ask for now, at most `limit` rows of them: ordinals count anew without the equals this run
   * removed, and one lower for each that may have left.
   */
  idsToClaim(limit: number): string[] {
    const rows = [...this.wantedRows, ...this.awaitingRows].sort((a, b) => a.row - b.row).slice(0, limit)
    const ids = new Set<string>()
    for (const { messageId } of rows) {
      const id = readQueueId(messageId)
      if (!id) {
        ids.add(messageId)
        continue
      }
      const left = (this.#gone.get(id.equals) ?? []).filter((ordinal) => ordinal < id.ordinal).length
      const lowest = Math.max(0, id.ordinal - left - (this.#doubtful.get(id.equals) ?? 0))
      for (let ordinal = lowest; ordinal <= id.ordinal - left; ordinal += 1) {
        ids.add(queueMessageId(id.equals, ordinal))
      }
    }
    return [...ids]
  }

  #meet(kind: 'send' | 'remove', row: number): Verdict {
    this.#metRow = Math.max(this.#metRow, row)
    return { kind, row }
  }

  #takeWanted(key: string): LedgerRow | undefined {
    const rows = this.#wanted.get(key)
    const row = rows?.shift()
    if (rows?.length === 0) this.#wanted.delete(key)
    return row
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function sum(map: ReadonlyMap<string, readonly unknown[]>): number {
  let total = 0
  for (const list of map.values()) total += list.length
  return total
}
