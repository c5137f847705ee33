import { type Caller, newCall } from '../brokers/contract/index.ts'
import type { ReplayRow } from '../storage/contract/index.ts'
import { isFinal, isPassing, wordsOf } from './failures.ts'
import { freezeLog } from './freeze-list.ts'
import { emptyCounts, foldCounts } from './ledger.ts'
import { LiveRun } from './live-run.ts'
import { runLogPass } from './log-pass.ts'
import { jobCaller, openRun } from './open-run.ts'
import { readOutcome } from './outcome.ts'
import type { ReplayPorts } from './ports.ts'
import { runQueuePass } from './queue-pass.ts'
import { lostContactReason, recover } from './recover.ts'
import { copyStaysReason } from './resolve.ts'
import type { RunContext } from './run-context.ts'
import { describeRun } from './sentence.ts'
import { Turns } from './turns.ts'

const maxStrikes = 5

/**
 * Runs in motion. planning → planned → running → completed, with paused and cancelling → cancelled beside it, and
 * failed where going on is pointless.
 *
 * Invariant: the state stands in the store before it is acted upon, and every state that moves (planning,
 * running, cancelling) has exactly one job in this process; after a death of the process it gets one again.
 */
export class Jobs {
  readonly live = new Map<string, LiveRun>()
  readonly sources = new Turns()
  readonly #ports: ReplayPorts
  readonly #emit: (run: LiveRun) => void
  readonly #onEnd: (run: LiveRun) => void

  constructor(ports: ReplayPorts, emit: (run: LiveRun) => void, onEnd: (run: LiveRun) => void) {
    this.#ports = ports
    this.#emit = emit
    this.#onEnd = onEnd
  }

  /** The list is frozen in the background. */
  plan(row: ReplayRow): LiveRun {
    return this.#launch(row, (run) => this.#freeze(run))
  }

  /** From planned. The audit entry of the run is begun before anything else happens. */
  async start(row: ReplayRow, caller: Pick<Caller, 'actor'>): Promise<LiveRun> {
    let begun: Promise<void> = Promise.resolve()
    const run = this.#launch(row, async (live) => {
      begun = this.#begin(live, caller)
      await begun
      await this.#move(live)
    })
    await begun
    return run
  }

  /** A run that stands as running or cancelling, or is to go on from paused. */
  goOn(row: ReplayRow, wish: 'run' | 'cancel'): LiveRun {
    return this.#launch(row, async (run) => {
      if (wish === 'cancel') run.control.ask('cancel')
      await this.#move(run)
    })
  }

  #launch(row: ReplayRow, work: (run: LiveRun) => Promise<void>): LiveRun {
    const run = new LiveRun(this.#ports, row, this.#emit)
    this.live.set(row.id, run)
    run.job = work(run)
      .catch((error: unknown) => {
        this.#ports.log.error('replay stopped', { replay: row.id, error: wordsOf(error) })
      })
      .finally(() => {
        this.live.delete(row.id)
        run.close()
        this.#onEnd(run)
      })
    return run
  }

  async #begin(run: LiveRun, { actor }: Pick<Caller, 'actor'>): Promise<void> {
    const { storage, now } = this.#ports
    const { row, plan } = run
    const { target, dryRun = false } = plan.input
    const input = { replay: row.id, total: row.total, target, dryRun }
    const entry = {
      actor,
      via: 'job',
      verb: 'replay.run',
      broker: row.broker,
      target: plan.source.name,
    } as const
    const auditId = await storage.audit.begin({ ...entry, input }, now())
    await run.changePlan((before) => ({ ...before, startedBy: actor }))
    await run.save({ state: 'running', auditId, startedAtMs: now(), problem: null })
  }

  /** What lies in the source now, so that later arrivals can be told. */
  async #countAgain(run: LiveRun): Promise<void> {
    const counts = await this.#ports.storage.replays.countStates(run.id)
    if (counts.settled + counts.confirmed + counts.intent + counts.uncertain > 0) return
    try {
      const caller = jobCaller(run.row.createdBy, run.row.auditId)
      const { claim } = this.#ports.findBroker(run.row.broker).as(caller)
      const depthAtStart = (await claim?.count(run.plan.source, newCall(5_000))) ?? null
      await run.changePlan((plan) => ({ ...plan, depthAtStart }))
    } catch {
      // The count of the plan stands.
    }
  }

  async #freeze(run: LiveRun): Promise<void> {
    const { storage, now } = this.#ports
    const { control } = run
    for (let delayMs = this.#retryMs; ; delayMs = Math.min(delayMs * 2, 5_000)) {
      try {
        await storage.replays.clearRows(run.id)
        const claim = this.#ports.findBroker(run.row.broker).as(jobCaller(run.row.createdBy, null)).claim
        if (!claim) throw new Error('Nothing can be taken from this broker')
        const onProgress = (frozen: number) => {
          run.counts = { ...emptyCounts, frozen }
          run.progress()
        }
        const work = { storage, row: run.row, now, onProgress }
        const total = await freezeLog(work, claim, run.plan, control)
        if (control.isStopping) return
        if (control.wish === 'cancel') return await this.#end(run, 'cancelled', null)
        await run.save({ state: 'planned', total, problem: null })
        break
      } catch (error) {
        if (control.isStopping) return
        if (control.wish === 'cancel') return await this.#end(run, 'cancelled', null)
        if (!isPassing(error)) return await this.#end(run, 'failed', wordsOf(error))
        await run.save({ problem: wordsOf(error) })
        await control.sleep(delayMs)
      }
    }
    run.counts = null
    const actor = run.plan.startedBy
    if (actor === null) return
    await this.#begin(run, { actor })
    await this.#move(run)
  }

  get #retryMs(): number {
    return this.#ports.retryMs ?? 500
  }

  async #move(run: LiveRun): Promise<void> {
    const { control } = run
    let delayMs = this.#retryMs
    let strikes = 0
    if (control.wish === 'run') await this.#countAgain(run)
    for (;;) {
      try {
        if (control.wish === 'cancel' && (await this.#isLanded(run)))
          return await this.#end(run, 'cancelled', null)
        const context = await openRun(this.#ports, run, control)
        const pass = await this.#pass(context, run)
        delayMs = this.#retryMs
        strikes = 0
        if (pass === 'complete') return await this.#end(run, 'completed', null)
        if (control.isStopping) return
        if (control.wish === 'cancel' && pass === 'stopped') return await this.#end(run, 'cancelled', null)
        if (control.wish === 'pause') return await run.save({ state: 'paused', problem: null })
        if (run.row.problem !== null) await run.save({ problem: null })
      } catch (error) {
        if (control.isStopping) return
        this.#ports.log.warn('replay interrupted', { replay: run.id, error: wordsOf(error) })
        const problem = wordsOf(error)
        // A broker that is just starting may deny what it has: only an answer that stays is believed.
        strikes = isPassing(error) ? 0 : strikes + 1
        const isStruck = strikes >= maxStrikes
        if (isStruck && (isFinal(error) || control.wish === 'cancel')) {
          await this.#abandon(run)
          return await this.#end(run, control.wish === 'cancel' ? 'cancelled' : 'failed', problem)
        }
        if (control.wish === 'pause' || isStruck) return await run.save({ state: 'paused', problem })
        await run.save({ problem })
        await control.sleep(delayMs)
        delayMs = Math.min(delayMs * 2, 5_000)
      }
    }
  }

  /** Nothing is in flight: no broker is needed to stop here. */
  async #isLanded(run: LiveRun): Promise<boolean> {
    const counts = await this.#ports.storage.replays.countStates(run.id)
    return counts.intent + counts.confirmed === 0
  }

  async #pass(context: RunContext, run: LiveRun) {
    if (context.plan.shape === 'log') return runLogPass(context)
    return runQueuePass(context, (work) => this.sources.take(run.sourceKey, work))
  }

  /** The run ends with an error: what is in flight is looked for once more, the rest of it stands in doubt. */
  async #abandon(run: LiveRun): Promise<void> {
    const context = await openRun(this.#ports, run, run.control).catch(() => null)
    await (context ? recover(context) : Promise.reject(new Error('no contact'))).catch(() => undefined)
    const { replays } = this.#ports.storage
    for (const state of ['intent', 'confirmed'] as const) {
      const isMarked = state === 'confirmed' && run.row.settles === 'marks'
      const next = isMarked
        ? ({ state: 'settled', reason: null } as const)
        : ({ state: 'uncertain', reason: state === 'intent' ? lostContactReason : copyStaysReason } as const)
      for (;;) {
        const rows = await replays.rows(run.id, { states: [state], afterRow: 0, limit: 1000 })
        if (rows.length === 0) break
        await replays.mark(
          run.id,
          rows.map(({ row }) => ({ row, ...next })),
          this.#ports.now(),
        )
      }
    }
  }

  async #end(
    run: LiveRun,
    state: 'completed' | 'cancelled' | 'failed',
    problem: string | null,
  ): Promise<void> {
    const { storage, now } = this.#ports
    const counts = await storage.replays.countStates(run.id)
    run.counts = counts
    const { auditId, createdBy } = run.row
    if (auditId !== null && !run.plan.input.dryRun) {
      const caller = jobCaller(createdBy, auditId)
      const outcome = await readOutcome(this.#ports, run.plan, counts, caller, newCall(2_000))
      await run.changePlan((plan) => ({ ...plan, outcome }))
    }
    await run.save({ state, problem, finishedAtMs: now() })
    if (auditId === null) return
    const { plan, row } = run
    const folded = foldCounts(counts, row.total, state)
    const detail = describeRun({ state, plan, counts: folded, outcome: plan.outcome, problem })
    await storage.audit.finish(auditId, state === 'failed' ? 'failed' : 'ok', detail, now())
  }
}
