import type { Call } from '../brokers/contract/index.ts'
import { remainingMs } from '../brokers/contract/index.ts'

/** Waits for `work`, but no longer than `ms` or the call lasts; never throws. */
export async function soonest(work: Promise<unknown>, ms: number, call?: Call): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limitMs = call ? Math.min(ms, Math.max(0, remainingMs(call) - 200)) : ms
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work.catch(() => undefined), over])
  clearTimeout(timer)
}

/** Lets everything else that waits in this process have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
