import { measure } from '@/lib/format/reading'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'

export interface DeadLetterTotal {
  readonly count: number
  /** Queues whose depth is not known: the count is then "at least". */
  readonly unread: number
}

/** Dead letters nobody has replayed yet, summed over the queues that could be read. */
export function totalOf(
  rows: readonly Pick<DeadLetterQueue, 'broker' | 'counts'>[],
  broker?: string,
): DeadLetterTotal {
  let count = 0
  let unread = 0
  for (const row of rows) {
    if (broker !== undefined && row.broker !== broker) continue
    const depth = measure(row.counts.open)
    if (depth.value === null) unread += 1
    else count += depth.value
  }
  return { count, unread }
}
