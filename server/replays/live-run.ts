import type { ReplayRow } from '../storage/contract/index.ts'
import { Control } from './control.ts'
import type { StateCounts } from './ledger.ts'
import type { ReplayPorts } from './ports.ts'
import { Speed } from './speed.ts'
import { readPlan, type StoredPlan } from './stored-plan.ts'
import { Throttle } from './throttle.ts'

const changeGapMs = 300
type RowChange = Parameters<ReplayPorts['storage']['replays']['update']>[1]

/** A run this process works on: its row and plan as stored, what is asked of it, and its counts at hand. */
export class LiveRun {
  readonly control = new Control()
  readonly speed = new Speed()
  counts: StateCounts | null = null
  job: Promise<void> = Promise.resolve()
  readonly #ports: ReplayPorts
  readonly #changes: Throttle
  #row: ReplayRow
  #plan: StoredPlan
  #writing: Promise<void> = Promise.resolve()

  constructor(ports: ReplayPorts, row: ReplayRow, emit: (run: LiveRun) => void) {
    this.#ports = ports
    this.#row = row
    this.#plan = readPlan(row)
    this.#changes = new Throttle(changeGapMs, () => emit(this))
  }

  get id(): string {
    return this.#row.id
  }
  get row(): ReplayRow {
    return this.#row
  }
  get plan(): StoredPlan {
    return this.#plan
  }
  get sourceKey(): string {
    return sourceKeyOf(this.#row)
  }

  /** Durable when it resolves, and told at once. */
  async save(change: RowChange): Promise<void> {
    await this.#ports.storage.replays.update(this.id, change)
    this.#row = { ...this.#row, ...withoutUndefined(change) }
    this.#changes.flush()
  }

  /** One change after the other, each durable when it resolves. */
  changePlan(change: (plan: StoredPlan) => StoredPlan): Promise<void> {
    const write = this.#writing.then(async () => {
      const plan = change(this.#plan)
      await this.#ports.storage.replays.update(this.id, { plan: JSON.stringify(plan) })
      this.#plan = plan
    })
    this.#writing = write.catch(() => undefined)
    return write
  }

  progress = (): void => {
    if (this.counts) this.speed.note(this.#ports.now(), overOf(this.counts))
    this.#changes.poke()
  }

  close(): void {
    this.#changes.close()
  }
}

export function sourceKeyOf(row: Pick<ReplayRow, 'broker' | 'sourceId'>): string {
  return `source ${row.broker} ${row.sourceId}`
}

/** Messages a run is through with. */
export function overOf(counts: StateCounts): number {
  return counts.settled + counts.failed + counts.uncertain + counts.skipped
}

function withoutUndefined(change: RowChange): Partial<ReplayRow> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
