import { randomBytes } from 'node:crypto'
import type { ReplayItemQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Replay, ReplayInput, ReplayItem } from '../../lib/schemas/replay.ts'
import type { Call, Caller } from '../brokers/contract/index.ts'
import type { PageRequest, ReplayRow } from '../storage/contract/index.ts'
import { Control } from './control.ts'
import { writeChosen } from './freeze-list.ts'
import { listItems } from './items.ts'
import { Jobs } from './jobs.ts'
import { isOver } from './ledger.ts'
import { LiveRun, sourceKeyOf } from './live-run.ts'
import { openRun } from './open-run.ts'
import { refuseOverlap } from './overlap.ts'
import { planRun } from './plan-run.ts'
import type { ReplayPorts } from './ports.ts'
import { presentItem } from './present.ts'
import { resolveRow } from './resolve.ts'
import { growsWhileRunning, type StoredPlan } from './stored-plan.ts'
import { Turns } from './turns.ts'
import { RunViews } from './views.ts'
import { soonest } from './wait.ts'

/** How long a verb waits for its run to get there before it answers how things stand. */
const planWaitMs = 1_500
const stopWaitMs = 8_000

export interface ReplayEngine {
  create(input: ReplayInput, caller: Caller, call: Call): Promise<Replay>
  get(id: string, caller: Caller): Promise<Replay>
  list(request: PageRequest, caller: Caller): Promise<{ items: readonly Replay[]; nextCursor: string | null }>
  start(id: string, caller: Caller, call: Call): Promise<Replay>
  pause(id: string, caller: Caller, call: Call): Promise<Replay>
  resume(id: string, caller: Caller, call: Call): Promise<Replay>
  cancel(id: string, caller: Caller, call: Call): Promise<Replay>
  items(
    id: string,
    query: ReplayItemQuery,
    caller: Caller,
  ): Promise<{ items: readonly ReplayItem[]; nextCursor: string | null }>
  resolve(
    id: string,
    row: number,
    verdict: 'arrived' | 'resend',
    caller: Caller,
    call: Call,
  ): Promise<ReplayItem>
  /** Once, after the store is open: runs that were moving when the process ended go on by themselves. */
  recover(): Promise<void>
  /** Finishes what is in flight; runs keep their state and go on after the next start. At most 9 s. */
  stop(): Promise<void>
}

/** The replay engine over its ports. Starts nothing by itself: `recover` does. */
export function createReplays(ports: ReplayPorts): ReplayEngine {
  return new Engine(ports)
}

class Engine implements ReplayEngine {
  readonly #ports: ReplayPorts
  readonly #views: RunViews
  readonly #jobs: Jobs
  readonly #verbs = new Turns()
  #isStopping = false

  constructor(ports: ReplayPorts) {
    this.#ports = ports
    this.#views = new RunViews(ports)
    this.#jobs = new Jobs(
      ports,
      (run) => this.#views.tell(run),
      (run) => this.#views.forget(run),
    )
  }

  async create(input: ReplayInput, caller: Caller, call: Call): Promise<Replay> {
    this.#assertRuns()
    const { plan, total } = await planRun(this.#ports, input, caller, call)
    const row = this.#newRow(input, plan, total, caller)
    const ids = 'ids' in input.select ? input.select.ids : null
    await this.#verbs.take(sourceKeyOf(row), async () => {
      if (!input.dryRun) await refuseOverlap(this.#ports.storage, row, ids)
      await this.#ports.storage.replays.create(row)
      if (ids) await this.#writeChosen(row, ids)
    })
    return this.#verbs.take(row.id, async () => {
      const planned = await this.#load(row.id)
      if (planned.state === 'planning') await soonest(this.#jobs.plan(planned).job, planWaitMs)
      else if (input.dryRun) await soonest((await this.#jobs.start(planned, caller)).job, planWaitMs)
      return this.#show(row.id)
    })
  }

  #newRow(input: ReplayInput, plan: StoredPlan, total: number, caller: Caller): ReplayRow {
    return {
      id: `r${randomBytes(8).toString('hex')}`,
      // The list of a queue is only a count, and chosen ids are written within this call.
      state: growsWhileRunning(plan) ? 'planned' : 'planning',
      broker: input.broker,
      sourceId: input.source,
      plan: JSON.stringify(plan),
      settles: plan.settles,
      createdBy: caller.actor,
      auditId: null,
      createdAtMs: this.#ports.now(),
      startedAtMs: null,
      finishedAtMs: null,
      problem: null,
      total: growsWhileRunning(plan) || 'ids' in input.select ? total : 0,
    }
  }

  async #writeChosen(row: ReplayRow, ids: readonly string[]): Promise<void> {
    const { storage, now } = this.#ports
    const total = await writeChosen({ storage, row, now, onProgress: () => undefined }, ids)
    await storage.replays.update(row.id, { state: 'planned', total })
  }

  get(id: string, caller: Caller): Promise<Replay> {
    return this.#views.get(id, caller, this.#jobs.live.get(id))
  }

  list(request: PageRequest) {
    return this.#views.list(request, this.#jobs.live)
  }

  start(id: string, caller: Caller): Promise<Replay> {
    return this.#verb(id, async (row) => {
      const run = this.#jobs.live.get(id)
      if (row.state === 'planning' && run)
        await run.changePlan((plan) => ({ ...plan, startedBy: caller.actor }))
      // The list may have been finished meanwhile, before it could see that a start was asked for.
      else if (row.state === 'planned' && !run) await this.#jobs.start(row, caller)
      else if (row.state !== 'running') throw wrongState(row, 'started')
    })
  }

  pause(id: string, _caller: Caller, call: Call): Promise<Replay> {
    return this.#verb(id, async (row) => {
      const run = this.#jobs.live.get(id)
      if (row.state === 'paused') return
      if (row.state !== 'running' || !run) throw wrongState(row, 'paused')
      run.control.ask('pause')
      await soonest(run.job, stopWaitMs, call)
    })
  }

  resume(id: string): Promise<Replay> {
    return this.#verb(id, async (row) => {
      if (row.state === 'running') return
      if (row.state !== 'paused') throw wrongState(row, 'resumed')
      await this.#ports.storage.replays.update(id, { state: 'running', problem: null })
      this.#jobs.goOn({ ...row, state: 'running', problem: null }, 'run')
    })
  }

  cancel(id: string, _caller: Caller, call: Call): Promise<Replay> {
    return this.#verb(id, async (row) => {
      if (row.state === 'cancelled') return
      if (isOver(row.state)) throw wrongState(row, 'cancelled')
      let run = this.#jobs.live.get(id)
      if (row.state === 'running') await run?.save({ state: 'cancelling' })
      run?.control.ask('cancel')
      if (!run) {
        await this.#ports.storage.replays.update(id, { state: 'cancelling' })
        run = this.#jobs.goOn({ ...row, state: 'cancelling' }, 'cancel')
      }
      await soonest(run.job, stopWaitMs, call)
    })
  }

  async items(id: string, query: ReplayItemQuery) {
    return listItems(this.#ports.storage.replays, await this.#load(id), query)
  }

  async resolve(id: string, rowNumber: number, verdict: 'arrived' | 'resend', caller: Caller) {
    const { storage } = this.#ports
    return this.#verbs.take(id, async () => {
      const row = await this.#load(id)
      const found = await readRow(this.#ports, id, rowNumber)
      if (found.state !== 'uncertain')
        throw new AppError('conflict', `Message ${rowNumber} is not in doubt: it is ${found.state}`)
      if (this.#jobs.live.has(id))
        throw new AppError('conflict', `The run is ${row.state}: pause it or wait for its end first`)
      const run = new LiveRun(this.#ports, row, (live) => this.#views.tell(live))
      try {
        const context = await openRun(this.#ports, run, new Control(), caller.auditId)
        await this.#jobs.sources.take(run.sourceKey, () => resolveRow(context, found, verdict))
      } finally {
        run.close()
        this.#views.forget(run)
      }
      const [after] = await storage.replays.rows(id, { afterRow: rowNumber - 1, limit: 1 })
      return presentItem(after ?? found, row)
    })
  }

  async recover(): Promise<void> {
    const { replays } = this.#ports.storage
    for (const row of await replays.listByState(['planning', 'planned', 'running', 'cancelling'])) {
      const run = new LiveRun(this.#ports, row, (live) => this.#views.tell(live))
      const isChosen = 'ids' in run.plan.input.select
      if (row.state === 'running') this.#jobs.goOn(row, 'run')
      else if (row.state === 'cancelling') this.#jobs.goOn(row, 'cancel')
      else if (row.state === 'planning' && !isChosen) this.#jobs.plan(row)
      else if (row.state === 'planning')
        // Nobody was told of this run: the call that created it never answered.
        await run.save({ state: 'failed', problem: lostListReason, finishedAtMs: this.#ports.now() })
      else if (run.plan.startedBy !== null) await this.#jobs.start(row, { actor: run.plan.startedBy })
      run.close()
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    const runs = [...this.#jobs.live.values()]
    for (const run of runs) run.control.stop()
    await soonest(Promise.all(runs.map((run) => run.job)), stopWaitMs + 1_000)
  }

  /** Verbs of one run come one after the other. */
  #verb(id: string, work: (row: ReplayRow) => Promise<void>): Promise<Replay> {
    this.#assertRuns()
    return this.#verbs.take(id, async () => {
      await work(await this.#load(id))
      return this.#show(id)
    })
  }

  #show(id: string): Promise<Replay> {
    return this.#views.get(id, null, this.#jobs.live.get(id))
  }

  async #load(id: string): Promise<ReplayRow> {
    const row = this.#jobs.live.get(id)?.row ?? (await this.#ports.storage.replays.get(id))
    if (!row) throw new AppError('not_found', 'There is no such run')
    return row
  }

  #assertRuns(): void {
    if (this.#isStopping) throw new AppError('conflict', 'The console is stopping')
  }
}

const lostListReason = 'The console stopped while the list was being written down: plan it again'

async function readRow({ storage }: ReplayPorts, id: string, row: number) {
  const [found] = await storage.replays.rows(id, { afterRow: row - 1, limit: 1 })
  if (found?.row !== row) throw new AppError('not_found', 'There is no such message in this run')
  return found
}

function wrongState(row: ReplayRow, verb: string): AppError {
  return new AppError('conflict', `A run that is ${row.state} cannot be ${verb}`, {
    detail: { replay: row.id, state: row.state },
  })
}
