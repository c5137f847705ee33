import type { OffsetTarget } from '../../../lib/schemas/offset.ts'
import { BrokerError, type Call } from '../contract/index.ts'
import { plausibleTime } from './age.ts'
import type { Context } from './context.ts'
import { compareIds, parseEntryId } from './map.ts'
import type { StreamInfo } from './stream-info.ts'
import { walkEntries } from './walk.ts'

export const beforeAll = '0-0'
const furthestShift = 100_000

export interface Aim {
  readonly next: string
  readonly note: string | null
}

/**
 * Where a group would stand, as the id it has read last: XREADGROUP gives what comes behind it. Throws `bad_request`
 * for what cannot be said of this stream, `conflict` where nothing is left to skip.
 */
export async function aimAt(
  context: Context,
  key: Buffer,
  info: StreamInfo,
  cursor: string,
  target: OffsetTarget,
  serverMs: number,
  call: Call,
): Promise<Aim> {
  const end = info.lastGeneratedId
  switch (target.kind) {
    case 'earliest':
      return { next: beforeAll, note: null }
    case 'latest':
      return { next: end, note: null }
    case 'time':
      return aimAtTime(context, key, info, Date.parse(target.at), serverMs, call)
    case 'offset': {
      const id = parseEntryId(target.offset)
      return compareIds(id, end) > 0
        ? { next: end, note: `The last id of the stream is ${end}, so it reads what comes from now on` }
        : { next: id, note: null }
    }
    case 'shift':
      if (Math.abs(target.by) > furthestShift)
        throw new BrokerError('bad_request', `A group is shifted by at most ${furthestShift} entries at once`)
      return target.by < 0
        ? shiftBack(context, key, cursor, -target.by, call)
        : shiftOn(context, key, info, cursor, target.by, call)
    case 'skip-one': {
      const aim = await shiftOn(context, key, info, cursor, 1, call)
      if (aim.note !== null) throw new BrokerError('conflict', 'There is nothing left to skip')
      return aim
    }
  }
}

async function aimAtTime(
  context: Context,
  key: Buffer,
  info: StreamInfo,
  fromMs: number,
  serverMs: number,
  call: Call,
): Promise<Aim> {
  const odd = [info.firstId, info.firstId === null ? null : info.lastGeneratedId].find(
    (id) => typeof id === 'string' && plausibleTime(id, serverMs) === null,
  )
  if (odd) throw new BrokerError('bad_request', `The ids of this stream are not times (${odd})`)
  if (fromMs <= 0) return { next: beforeAll, note: null }
  const range = { from: `(${fromMs}-0`, to: '-', order: 'descending' } as const
  const { lastId } = await walkEntries(context, key, range, 1, call)
  const isAfterEnd = compareIds(`${fromMs}-0`, info.lastGeneratedId) > 0
  if (isAfterEnd)
    return { next: info.lastGeneratedId, note: 'Nothing is that new: it reads what comes from now on' }
  return lastId === null
    ? { next: beforeAll, note: 'The stream begins later, so it reads from its first entry' }
    : { next: lastId, note: null }
}

/** Back over so many entries: it stands on the one before them. */
async function shiftBack(
  context: Context,
  key: Buffer,
  cursor: string,
  by: number,
  call: Call,
): Promise<Aim> {
  const range = { from: cursor, to: '-', order: 'descending' } as const
  const { count, lastId, isWhole } = await walkEntries(context, key, range, by + 1, call)
  if (!isWhole && lastId !== null) return { next: lastId, note: null }
  const note = count < by ? `Only ${count} entries are left before it, so it reads from the first` : null
  return { next: beforeAll, note }
}

async function shiftOn(
  context: Context,
  key: Buffer,
  info: StreamInfo,
  cursor: string,
  by: number,
  call: Call,
): Promise<Aim> {
  if (by === 0) return { next: cursor, note: null }
  const range = { from: `(${cursor}`, to: '+', order: 'ascending' } as const
  const { count, lastId } = await walkEntries(context, key, range, by, call)
  if (count === by && lastId !== null) return { next: lastId, note: null }
  const next = compareIds(info.lastGeneratedId, cursor) > 0 ? info.lastGeneratedId : cursor
  return { next, note: `Only ${count} entries are left to read, so it stands at the end` }
}
