import type { Replay, ReplayCounts, ReplayState } from '../../lib/schemas/replay.ts'
import type { StoredPlan } from './stored-plan.ts'

interface Facts {
  readonly state: ReplayState
  readonly plan: StoredPlan
  readonly counts: ReplayCounts
  readonly outcome: Replay['outcome']
  readonly problem: string | null
}

/** What is known, in one sentence. That a message was delivered is all we know: never that somebody made something of it. */
export function describeRun(facts: Facts): string {
  const { state, plan, counts } = facts
  const where = plan.chosen ? plan.chosen.name : counts.total === 1 ? 'its origin' : 'their origin'
  if (plan.input.dryRun) return describeDryRun(facts, where)
  switch (state) {
    case 'planning':
      return `writing the list down, ${amount(counts.total)} so far`
    case 'planned':
      return `${amount(counts.total)} ready to go to ${where}, nothing sent yet`
    case 'running':
    case 'cancelling':
    case 'paused':
      return facts.problem && state !== 'cancelling'
        ? `${counts.done} of ${counts.total} delivered to ${where}, waiting: ${facts.problem}`
        : `${counts.done} of ${counts.total} delivered to ${where}`
    default:
      return describeEnd(facts, where)
  }
}

function describeEnd({ state, counts, outcome, problem }: Facts, where: string): string {
  const [only, ...more] = outcome?.targets ?? []
  const name = only && more.length === 0 ? only.name : where
  const waiting =
    only && more.length === 0 && only.depth.state === 'ok' ? `, ${only.depth.value} waiting there` : ''
  const delivered =
    counts.done === counts.total
      ? `delivered to ${name}${waiting}`
      : `${counts.done} of ${counts.total} delivered to ${name}${waiting}`
  const rest = [
    counts.failed > 0 ? `${counts.failed} failed` : '',
    counts.uncertain > 0 ? `${counts.uncertain} in doubt` : '',
    counts.skipped > 0 ? `${counts.skipped} left where they were` : '',
  ].filter((part) => part !== '')
  const end = state === 'cancelled' ? ['cancelled'] : state === 'failed' ? [`stopped: ${problem ?? ''}`] : []
  return [delivered, ...rest, ...end].join(', ')
}

function describeDryRun({ state, counts }: Facts, where: string): string {
  if (state !== 'completed') return `looking at ${amount(counts.total)}, nothing is sent`
  const could = counts.failed > 0 ? `, ${counts.failed} could not` : ''
  return `${amount(counts.skipped)} would be sent to ${where}${could}`
}

function amount(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}
