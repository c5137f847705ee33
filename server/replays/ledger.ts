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

/** One run's ledger with its counts at hand, so that progress costs no scan of a million rows. */
export class RunLedger {
  readonly #storage: ReplayRepository
  readonly #run: string
  readonly #now: () => number
  readonly #onChange: () => void
  readonly #counts: Record<LedgerState, number>

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

  /** Appends rows in one state; returns the number of the first. */
  async append(rows: Parameters<ReplayRepository['append']>[1]): Promise<number> {
    const { first } = await this.#storage.append(this.#run, rows, this.#now())
    for (const row of rows) this.#counts[row.state] += 1
    this.#onChange()
    return first
  }

  /** One transaction. `from` is the state the rows are in now. */
  async move(from: LedgerState, updates: readonly LedgerUpdate[]): Promise<void> {
    await this.moveAll([{ from, updates }])
  }

  /** One transaction, whatever states the rows come from. */
  async moveAll(
    moves: readonly { readonly from: LedgerState; readonly updates: readonly LedgerUpdate[] }[],
  ): Promise<void> {
    const all = moves.flatMap(({ updates }) => updates)
    if (all.length === 0) return
    await this.#storage.mark(this.#run, all, this.#now())
    for (const { from, updates } of moves) this.#counts[from] -= updates.length
    for (const update of all) this.#counts[update.state] += 1
    this.#onChange()
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
