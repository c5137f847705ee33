import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningConsole } from '../console.ts'
import { readCpuSeconds } from '../processes.ts'
import type { Field } from './arena.ts'

interface ReplayAnswer {
  readonly id: string
  readonly state: string
  readonly problem?: string | null
  readonly finishedAt: string | null
  readonly counts: { readonly total: number; readonly done: number }
}

export interface ReplayTime {
  /** From asking for the run until its list stood. */
  readonly planMs: number
  /** From asking for the start until the run was completed, by its own `finishedAt`. */
  readonly runMs: number
  /** Processor seconds of the console during `runMs`. */
  readonly cpuSeconds: number
}

/** Seldom enough to cost the console nothing; the times do not hang on it. */
const pollMs = 200
const limitMs = 600_000

/** Everything in the source to the target, through the API and nothing else. */
export async function replayAll(
  { api, pid }: RunningConsole,
  broker: string,
  field: Field,
  count: number,
): Promise<ReplayTime> {
  const source = await api.findDestination(broker, field.source)
  const destination = await api.findDestination(broker, field.target)
  const askedAt = performance.now()
  const input = { broker, source, select: { all: true }, target: { destination } }
  const { id } = await api.post<ReplayAnswer>('/replays', input)
  const until = async (state: string): Promise<ReplayAnswer> => {
    for (const last = Date.now() + limitMs; ; await sleep(pollMs)) {
      const run = await api.get<ReplayAnswer>(`/replays/${id}`)
      if (run.state === state) return run
      if (['failed', 'paused', 'cancelled'].includes(run.state) || Date.now() > last)
        throw new Error(`The replay is ${run.state}, not ${state}: ${run.problem ?? ''}`)
    }
  }
  await until('planned')
  const planMs = performance.now() - askedAt
  const cpuBefore = readCpuSeconds(pid)
  const startedAt = Date.now()
  await api.post(`/replays/${id}/start`)
  const { counts, finishedAt } = await until('completed')
  const runMs = Date.parse(finishedAt ?? '') - startedAt
  if (counts.done !== count)
    throw new Error(`The replay says ${counts.done} of ${count} messages were delivered`)
  return { planMs, runMs, cpuSeconds: readCpuSeconds(pid) - cpuBefore }
}
