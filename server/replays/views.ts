import { AppError } from '../../lib/domain/app-error.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import { type Caller, newCall } from '../brokers/contract/index.ts'
import type { PageRequest, ReplayRow } from '../storage/contract/index.ts'
import { emptyCounts, isOver, type StateCounts } from './ledger.ts'
import { type LiveRun, overOf } from './live-run.ts'
import { readOutcome } from './outcome.ts'
import type { ReplayPorts } from './ports.ts'
import { presentRun } from './present.ts'
import { readPlan, type StoredPlan } from './stored-plan.ts'

const outcomeAgeMs = 5_000
const remembered = 500

/** Runs as the API shows them, at the cost of no count over a million rows and no broker call a viewer. */
export class RunViews {
  readonly #ports: ReplayPorts
  readonly #counts = new Map<string, StateCounts>()
  readonly #outcomes = new Map<
    string,
    { readonly atMs: number; readonly outcome: Promise<Replay['outcome']> }
  >()

  constructor(ports: ReplayPorts) {
    this.#ports = ports
  }

  tell(run: LiveRun): void {
    const states = run.counts ?? emptyCounts
    this.#ports.onChange(this.#present(run.row, run.plan, states, run))
  }

  /** Its counts are read anew when it is next asked for. */
  forget(run: LiveRun): void {
    this.#counts.delete(run.id)
    this.#outcomes.delete(run.id)
  }

  /** With a caller, what can be known after the run is looked at again. */
  async get(id: string, caller: Caller | null, live: LiveRun | undefined): Promise<Replay> {
    const row = live?.row ?? (await this.#ports.storage.replays.get(id))
    if (!row) throw new AppError('not_found', 'There is no such run')
    const plan = live?.plan ?? readPlan(row)
    const states = await this.#statesOf(row, live)
    if (!isOver(row.state) || plan.outcome === undefined || caller === null)
      return this.#present(row, plan, states, live)
    const outcome = await this.#look(row, plan, states, caller)
    return this.#present(row, { ...plan, outcome }, states, live)
  }

  async list(request: PageRequest, live: ReadonlyMap<string, LiveRun>) {
    const page = await this.#ports.storage.replays.list(request)
    const items: Replay[] = []
    for (const stored of page.items) {
      const run = live.get(stored.id)
      const row = run?.row ?? stored
      items.push(this.#present(row, run?.plan ?? readPlan(row), await this.#statesOf(row, run), run))
    }
    return { items, nextCursor: page.nextCursor }
  }

  #present(row: ReplayRow, plan: StoredPlan, states: StateCounts, live: LiveRun | undefined): Replay {
    const nowMs = this.#ports.now()
    return presentRun({ row, plan, states, speed: live?.speed.at(nowMs, overOf(states)) ?? null, nowMs })
  }

  async #statesOf(row: ReplayRow, live: LiveRun | undefined): Promise<StateCounts> {
    const known = live?.counts ?? this.#counts.get(row.id)
    if (known) return known
    const states = await this.#ports.storage.replays.countStates(row.id)
    if (!live) keep(this.#counts, row.id, states)
    return states
  }

  #look(row: ReplayRow, plan: StoredPlan, states: StateCounts, caller: Caller): Promise<Replay['outcome']> {
    const nowMs = this.#ports.now()
    const known = this.#outcomes.get(row.id)
    if (known && nowMs - known.atMs < outcomeAgeMs) return known.outcome
    const outcome = readOutcome(this.#ports, plan, states, caller, newCall(2_000))
    keep(this.#outcomes, row.id, { atMs: nowMs, outcome })
    return outcome
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  if (map.size > remembered) map.delete(map.keys().next().value ?? key)
}
