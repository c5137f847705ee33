import type { ReplayCounts } from '../../lib/schemas/replay.ts'
import type { LedgerRow, LedgerState, LedgerUpdate, ReplayRepository } from '../storage/contract/index.ts'

export type StateCounts = Readonly<Record<LedgerState, number>>
const endStates = new Set(['completed', 'cancelled', 'failed'])

export function isOver(runState: string): boolean {
  return endStates.has(runState)
}

/**
 * The six counts of the API. What is not in the ledger yet (a run over everything on a queue) is pending;
 * in a run that is over, what was never sent is skipped: it left the source before its turn, or stayed there.
 */
export function foldCounts(states: StateCounts, total: number, runState: string): ReplayCounts {
  const inLedger = Object.values(states).reduce((sum, n) => sum + n, 0)
  const all = Math.max(total, inLedger)
  const unsent = all - inLedger + states.frozen
  const over = isOver(runState)
  return {
    total: all,
    pending: over ? 0 : unsent,
    sent: states.intent + states.confirmed,
    done: states.settled,
    failed: states.failed,
    uncertain: states.uncertain,
    skipped: states.skipped + (over ? unsent : 0),
  }
}

export interface LedgerMove {
  readonly from: LedgerState
  readonly updates: readonly LedgerUpdate[]
}

/** A note that waits for the next page's rows, and who waits for the note. */
interface Waiting {
  readonly moves: readonly LedgerMove[]
  readonly written: PromiseWithResolvers<void>
}

/** How long a note waits for company: the disk is waited for once a page instead of twice. */
const lingerMs = 25

/** One run's ledger with its counts at hand, so that progress costs no scan of a million rows. */
export class RunLedger {
  readonly #storage: ReplayRepository
  readonly #run: string
  readonly #now: () => number
  readonly #onChange: () => void
  readonly #counts: Record<LedgerState, number>
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  private constructor(
    storage: ReplayRepository,
    run: string,
    counts: StateCounts,
    now: () => number,
    onChange: () => void,
  ) {
    this.#storage = storage
    this.#run = run
    this.#counts = { ...counts }
    this.#now = now
    this.#onChange = onChange
  }

  static async open(storage: ReplayRepository, run: string, now: () => number, onChange: () => void) {
    return new RunLedger(storage, run, await storage.countStates(run), now, onChange)
  }

  get counts(): StateCounts {
    return this.#counts
  }

  get rowCount(): number {
    return Object.values(this.#counts).reduce((sum, n) => sum + n, 0)
  }

  /** Appends rows; returns the number of the first. */
  async append(rows: Parameters<ReplayRepository['append']>[1]): Promise<number> {
    return this.#write([], async (updates) => {
      const { first } = await this.#storage.append(this.#run, rows, this.#now(), updates)
      for (const row of rows) this.#counts[row.state] += 1
      return first
    })
  }

  /** One transaction. `from` is the state the rows are in now. */
  async move(from: LedgerState, updates: readonly LedgerUpdate[]): Promise<void> {
    await this.moveAll([{ from, updates }])
  }

  /** One transaction, whatever states the rows come from. */
  async moveAll(moves: readonly LedgerMove[]): Promise<void> {
    if (moves.every(({ updates }) => updates.length === 0)) return
    await this.#write(moves, (updates) => this.#storage.mark(this.#run, updates, this.#now()))
  }

  /** As `moveAll`, in one transaction with what is written next, if that comes soon. Durable when it resolves. */
  moveSoon(moves: readonly LedgerMove[]): Promise<void> {
    if (moves.every(({ updates }) => updates.length === 0)) return Promise.resolve()
    const written = Promise.withResolvers<void>()
    this.#waiting.push({ moves, written })
    this.#timer ??= setTimeout(() => this.flush(), lingerMs)
    return written.promise
  }

  /** Nothing comes soon: what waits is written now. */
  flush(): void {
    if (this.#waiting.length > 0)
      // Who waits hears of a failure.
      this.#write([], (updates) => this.#storage.mark(this.#run, updates, this.#now())).catch(() => undefined)
  }

  /** Takes along what waits. */
  async #write<T>(
    moves: readonly LedgerMove[],
    write: (updates: readonly LedgerUpdate[]) => Promise<T>,
  ): Promise<T> {
    const waiting = this.#waiting
    this.#waiting = []
    clearTimeout(this.#timer)
    this.#timer = undefined
    const all = [...waiting.flatMap((one) => one.moves), ...moves]
    try {
      const result = await write(all.flatMap(({ updates }) => updates))
      for (const { from, updates } of all) {
        this.#counts[from] -= updates.length
        for (const { state } of updates) this.#counts[state] += 1
      }
      for (const { written } of waiting) written.resolve()
      this.#onChange()
      return result
    } catch (error) {
      for (const { written } of waiting) written.reject(error)
      throw error
    }
  }

  /** Every row in these states, in order, page by page. A row may change state while its page is in hand. */
  async *read(
    states: readonly LedgerState[] | undefined,
    pageSize = 1000,
  ): AsyncGenerator<readonly LedgerRow[]> {
    let afterRow = 0
    for (;;) {
      const rows = await this.#storage.rows(this.#run, { states, afterRow, limit: pageSize })
      const last = rows.at(-1)
      if (!last) return
      yield rows
      afterRow = last.row
    }
  }
}

export const emptyCounts: StateCounts = {
  frozen: 0,
  intent: 0,
  confirmed: 0,
  settled: 0,
  failed: 0,
  uncertain: 0,
  skipped: 0,
}
