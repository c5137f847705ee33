import type { LagResult } from '../results.ts'
import { median } from '../statistics.ts'

const aimsMs = { pure: 1_000, real: 3_000 } as const

/** Rows of the table of lag snapshots. */
export function lagRows(results: readonly LagResult[]): readonly (readonly string[])[] {
  const count = (value: number) => value.toLocaleString('en')
  return results.map(({ id, label, topics, partitions, groups, ms }) => [
    label,
    count(topics),
    count(partitions),
    count(groups),
    `**${(median(ms) / 1000).toFixed(2)} s** (${ms.map((one) => (one / 1000).toFixed(2)).join(', ')})`,
    `< ${aimsMs[id] / 1000} s`,
  ])
}
