import { AppError } from '../../lib/domain/app-error.ts'
import type { ReplayState } from '../../lib/schemas/replay.ts'
import { readPlan } from '../replays/stored-plan.ts'
import type { Storage } from '../storage/contract/index.ts'

/** Throws `conflict` and names the run that reads from this broker, or sends to it, and is in one of these states. */
export async function refuseWhileReplaying(
  storage: Storage,
  broker: string,
  states: readonly ReplayState[],
): Promise<void> {
  const runs = await storage.replays.listByState(states)
  const run = runs.find((one) => one.broker === broker || readPlan(one).targetBroker === broker)
  if (!run) return
  const verb = run.state === 'paused' ? 'is paused' : 'is under way'
  throw new AppError('conflict', `The replay ${run.id} ${verb} on this broker: finish or cancel it first`, {
    detail: { reason: 'replay', replay: run.id, state: run.state },
  })
}
