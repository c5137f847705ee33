import type { Scanned } from '../../lib/schemas/message.ts'

export const nothingScanned: Scanned = { messages: 0, bytes: 0, ranges: [], stoppedBy: 'end' }

/** Both parts, the later one's ranges joined to the earlier one's of the same partition. */
export function mergeScanned(earlier: Scanned, later: Scanned): Scanned {
  const ranges = [...earlier.ranges]
  for (const range of later.ranges) {
    const known = ranges.findIndex(({ partition }) => partition === range.partition)
    const before = ranges[known]
    if (before) ranges[known] = joinRanges(before, range)
    else ranges.push(range)
  }
  return {
    messages: earlier.messages + later.messages,
    bytes: earlier.bytes + later.bytes,
    ranges,
    stoppedBy: later.stoppedBy,
  }
}

type Range = Scanned['ranges'][number]

/** Pages adjoin: going down, the later page lies before the earlier one and ends where that began. */
function joinRanges(earlier: Range, later: Range): Range {
  // A page that brought nothing of a partition stands where the one before stopped.
  if (later.from === later.to && (later.to === earlier.from || later.to === earlier.to)) return earlier
  return later.to === earlier.from ? { ...earlier, from: later.from } : { ...earlier, to: later.to }
}
