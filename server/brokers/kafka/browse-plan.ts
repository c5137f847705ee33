import { BrokerError, type BrowseRequest, decodeParts, encodeParts } from '../contract/index.ts'
import { placeOfPosition } from './map.ts'
import type { Bounds } from './offsets.ts'

export type Direction = 'ascending' | 'descending'

/** Where each partition is read from: ascending from `at` up, descending below `at`. */
export interface BrowsePlan {
  readonly direction: Direction
  readonly at: ReadonlyMap<number, bigint>
}

export function writeCursor(plan: BrowsePlan): string {
  const rows = [...plan.at].map(([partition, offset]) => `${partition}:${offset}`)
  return encodeParts([plan.direction === 'ascending' ? 'up' : 'down', ...rows])
}

export function readCursor(cursor: string): BrowsePlan {
  const [direction, ...rows] = decodeParts(cursor) ?? []
  const places = rows.map(placeOfPosition)
  if ((direction !== 'up' && direction !== 'down') || places.some((place) => place === null))
    throw new BrokerError('bad_request', 'This is no cursor of this topic')
  return {
    direction: direction === 'up' ? 'ascending' : 'descending',
    at: new Map(places.flatMap((place) => (place ? [[place.partition, place.offset] as const] : []))),
  }
}

/**
 * The plan of a first page. `timeOffsets` are the offsets at the time asked, for `from` a time.
 * Throws `bad_request` for a partition or position the topic has not.
 */
export function planBrowse(
  request: BrowseRequest,
  partitions: readonly number[],
  bounds: readonly Bounds[],
  timeOffsets: ReadonlyMap<number, bigint>,
): BrowsePlan {
  if (request.cursor !== undefined) return readCursor(request.cursor)
  if (request.partition !== undefined && !partitions.includes(request.partition))
    throw new BrokerError('bad_request', `There is no partition ${request.partition}`)
  const from = request.from ?? { kind: 'newest' as const }
  const wanted = bounds.filter(
    (row) => request.partition === undefined || row.partition === request.partition,
  )
  if (from.kind === 'position') {
    const place = placeOfPosition(from.position)
    if (!place) throw new BrokerError('bad_request', 'A position is "<partition>:<offset>"')
    if (!partitions.includes(place.partition))
      throw new BrokerError('bad_request', `There is no partition ${place.partition}`)
    if (request.partition !== undefined && request.partition !== place.partition)
      throw new BrokerError('bad_request', `This position is in partition ${place.partition}`)
    return { direction: 'ascending', at: new Map([[place.partition, place.offset]]) }
  }
  const at = new Map<number, bigint>()
  for (const { partition, start, end } of wanted) {
    if (from.kind === 'newest') at.set(partition, end)
    else at.set(partition, from.kind === 'oldest' ? start : (timeOffsets.get(partition) ?? end))
  }
  return { direction: from.kind === 'newest' ? 'descending' : 'ascending', at }
}
