import { BrokerError, type Call } from '../contract/index.ts'
import type { Context } from './context.ts'
import { compareIds } from './map.ts'
import { listOf, numberOf, textOf } from './reply.ts'
import { readStreamInfo, type StreamInfo } from './stream-info.ts'
import { walkEntries } from './walk.ts'

/** How far is counted to tell Redis how many entries the group will then have read. */
export const countedAhead = 100_000

/**
 * Compares and sets in one step. ARGV: group, where it must stand, where it goes, milliseconds within which a consumer
 * counts as active, entries read (or nothing), and how many entries had left the stream when those were counted.
 */
const setScript = `
local function field(row, name)
  for i = 1, #row, 2 do if row[i] == name then return row[i + 1] end end
end
local now
for _, row in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if field(row, 'name') == ARGV[1] then now = field(row, 'last-delivered-id') end
end
if not now then return {'gone'} end
local active = {'active'}
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  if field(row, 'idle') < tonumber(ARGV[4]) then active[#active + 1] = field(row, 'name') end
end
if #active > 1 then return active end
if now ~= ARGV[2] then return {'moved', now} end
if ARGV[5] ~= '' then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  if field(info, 'entries-added') - field(info, 'length') == tonumber(ARGV[6]) then
    redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[3], 'ENTRIESREAD', ARGV[5])
    return {'done'}
  end
end
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[3])
return {'done'}`

export type SetOutcome =
  | { readonly state: 'done' | 'gone' }
  | { readonly state: 'moved'; readonly now: string }
  | { readonly state: 'active' }

/** XGROUP SETID, if the group still stands where it stood and nobody is active. */
export async function setGroupId(
  context: Context,
  key: Buffer,
  group: Buffer,
  move: { readonly old: string; readonly next: string; readonly activeMs: number },
  call: Call,
): Promise<SetOutcome> {
  const [reply] = await context.link.run(key, [['XINFO', 'STREAM', key]], call)
  const info = readStreamInfo(reply)
  if (compareIds(move.next, info.lastGeneratedId) > 0)
    throw new BrokerError('bad_request', `The last id of the stream is ${info.lastGeneratedId}`)
  const read = await entriesReadAt(context, key, info, move.next, call)
  const [answer] = await context.link.run(
    key,
    [
      [
        'EVAL',
        setScript,
        1,
        key,
        group,
        move.old,
        move.next,
        move.activeMs,
        read === null ? '' : String(read),
        String(removedOf(info) ?? ''),
      ],
    ],
    call,
  )
  const [word, now] = listOf(answer)
  const state = textOf(word)
  if (state === 'moved') return { state, now: textOf(now) }
  if (state === 'active' || state === 'gone' || state === 'done') return { state }
  throw new BrokerError('protocol', 'The script answered with something else than it says')
}

/** Entries ever added up to this id, as Redis counts them for the lag; null where it cannot be counted. */
async function entriesReadAt(
  context: Context,
  key: Buffer,
  info: StreamInfo,
  id: string,
  call: Call,
): Promise<bigint | null> {
  if (info.entriesAdded === null || !canKnowLag(info, id)) return null
  const { count, isWhole } = await countBetween(context, key, id, info.lastGeneratedId, countedAhead, call)
  return isWhole ? BigInt(info.entriesAdded) - BigInt(count) : null
}

function removedOf(info: StreamInfo): number | null {
  return info.entriesAdded === null ? null : numberOf(info.entriesAdded) - info.length
}

/** Where entries behind the position were deleted one by one, Redis answers no lag whatever it is told. */
export function canKnowLag(info: StreamInfo, id: string): boolean {
  const { maxDeletedId, firstId } = info
  if (maxDeletedId === null || firstId === null || compareIds(maxDeletedId, id) <= 0) return true
  return compareIds(maxDeletedId, firstId) < 0
}

/** Entries behind `after` up to and with `to`, at most `limit`. */
export async function countBetween(
  context: Context,
  key: Buffer,
  after: string,
  to: string,
  limit: number,
  call: Call,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  if (compareIds(after, to) >= 0) return { count: 0, isWhole: true }
  const range = { from: `(${after}`, to, order: 'ascending' } as const
  const { count } = await walkEntries(context, key, range, limit + 1, call)
  return { count: Math.min(count, limit), isWhole: count <= limit }
}
