import type { Broker } from '@/lib/schemas/broker'
import type { Problem } from '@/lib/schemas/problem'

export interface Unchecked {
  readonly count: number
  /** What does not stand among the things that need a person anyway, each said once. */
  readonly lines: readonly string[]
}

/** What could not be read on the way to "nothing needs you"; a problem's scope starts with its broker's id. */
export function findUnchecked(
  problems: readonly Problem[],
  brokers: readonly Broker[],
  failures: readonly string[],
): Unchecked {
  const lines = new Set<string>()
  for (const { scope, message } of problems) {
    const [id] = scope.split('/')
    const broker = brokers.find((one) => one.id === id)
    const isSaid = broker?.state === 'down' || (broker?.state === 'degraded' && broker.reason === message)
    if (!isSaid) lines.add(`${broker?.label ?? scope}: ${message}`)
  }
  for (const failure of failures) lines.add(failure)
  return { count: problems.length + failures.length, lines: [...lines] }
}
