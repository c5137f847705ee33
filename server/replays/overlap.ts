import { AppError } from '../../lib/domain/app-error.ts'
import type { ReplayRow, Storage } from '../storage/contract/index.ts'
import { isAll, readPlan } from './stored-plan.ts'

const pageSize = 1000
const liveStates = ['planning', 'planned', 'running', 'paused', 'cancelling'] as const

/** Throws `conflict` and names the live run that already holds one of these messages. Dry runs hold nothing. */
export async function refuseOverlap(
  storage: Storage,
  source: Pick<ReplayRow, 'broker' | 'sourceId'>,
  ids: readonly string[] | null,
): Promise<void> {
  for (const run of await storage.replays.listByState(liveStates)) {
    if (run.broker !== source.broker || run.sourceId !== source.sourceId) continue
    const { input } = readPlan(run)
    if (input.dryRun) continue
    if (ids === null || isAll(input)) throw overlap(run)
    for (let at = 0; at < ids.length; at += pageSize) {
      const found = await storage.replays.findRows(run.id, ids.slice(at, at + pageSize))
      for (const { state } of found.values())
        if (state === 'frozen' || state === 'intent' || state === 'confirmed') throw overlap(run)
    }
  }
}

function overlap(run: ReplayRow): AppError {
  return new AppError('conflict', `The run ${run.id} (${run.state}) already holds messages of this source`, {
    detail: { replay: run.id, state: run.state },
  })
}
