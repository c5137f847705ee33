import type { OffsetPlan, OffsetResetInput } from '../../../lib/schemas/offset.ts'
import { BrokerError, type Call, type OffsetsFacet } from '../../brokers/contract/index.ts'

/** Where a group stands on the partitions of a reset, and who reads with it now. */
export interface GroupStanding extends Pick<OffsetPlan, 'members' | 'problems'> {
  readonly lag: readonly {
    readonly destination: string
    readonly partition: number
    readonly committed: string | null
  }[]
}

/**
 * Asked by a plan that nobody applies: it names who is in the way, which is not everybody a group lists (a Redis
 * consumer stays listed after it left). Throws `unreachable` when a partition could not be read: not read is not moved.
 */
export async function readStanding(
  offsets: OffsetsFacet,
  key: string,
  rows: OffsetResetInput['rows'],
  call: Call,
): Promise<GroupStanding> {
  const parts = rows.map(({ destination, partition }) => ({ destination, partition }))
  const plan = await offsets.plan(key, { target: { kind: 'latest' }, parts }, call)
  const lag = plan.rows.map(({ destination, partition, old }) => ({ destination, partition, committed: old }))
  const read = new Set(lag.map(({ destination, partition }) => `${partition} ${destination}`))
  const missing = parts.find(({ destination, partition }) => !read.has(`${partition} ${destination}`))
  if (missing) {
    const why = plan.problems[0]?.message ?? 'the broker left it out'
    throw new BrokerError(
      'unreachable',
      `${missing.destination}/${missing.partition} could not be read: ${why}`,
    )
  }
  return { members: plan.members, problems: plan.problems, lag }
}
