import type { Header } from '../../../lib/schemas/header.ts'
import {
  type Call,
  type Claim,
  type ClaimSession,
  type DestinationRef,
  type Outgoing,
  type PublishOutcome,
  type PublishTarget,
  sameRef,
} from '../contract/index.ts'
import { type Context, keyOf } from './context.ts'
import { isRedirect, toBrokerError } from './errors.ts'
import { fieldsOfMessage } from './map.ts'
import { bytesFromName } from './names.ts'
import { openPublish, refusalOf } from './publish.ts'
import { idsOf, removal } from './removal.ts'
import { expectReply, listOf, textOf } from './reply.ts'

interface Move {
  readonly claim: Claim
  readonly outgoing: Outgoing
}

/**
 * Adds a page to the target and takes it off the source in one step. A script and not MULTI: there an XADD that is
 * refused at its turn (the target deleted, of another type, not permitted) does not stop the XDEL after it, and
 * the message would be lost. Here only what was added is deleted. It is atomic towards every reader, the
 * append-only file and a crash of the console.
 *
 * Entries that keep all their fields are copied inside the server and never travel back to it: of each the script
 * is given its id and the values of the fields that are put behind. `=` marks a value that all of the page share.
 */
const moveScript = `
if redis.call('TYPE', KEYS[2]).ok ~= 'stream' then return 'none' end
local groups, kind = tonumber(ARGV[1]), ARGV[2]
local at, out, gone = groups + 3, {}, {}
local function add(id, fields)
  local new = redis.pcall('XADD', KEYS[2], '*', unpack(fields))
  if type(new) == 'table' then return '!' .. new.err end
  gone[#gone + 1] = id
  return new
end
if kind == 'copy' then
  local names = tonumber(ARGV[at])
  local first = at + 1
  at = first + names * 3
  while at <= #ARGV do
    local entry = redis.call('XRANGE', KEYS[1], ARGV[at], ARGV[at])[1]
    local id, own = ARGV[at], at + 1
    local fields = entry and entry[2] or {}
    local n = #fields
    for i = first, first + (names - 1) * 3, 3 do
      fields[n + 1] = ARGV[i]
      if ARGV[i + 1] == '=' then fields[n + 2] = ARGV[i + 2] else fields[n + 2] = ARGV[own] own = own + 1 end
      n = n + 2
    end
    out[#out + 1] = entry and add(id, fields) or '?'
    at = own
  end
else
  while at <= #ARGV do
    local size = tonumber(ARGV[at + 1])
    out[#out + 1] = add(ARGV[at], { unpack(ARGV, at + 2, at + 1 + size) })
    at = at + 2 + size
  end
end
if #gone > 0 then
  redis.call('XDEL', KEYS[1], unpack(gone))
  for i = 3, groups + 2 do redis.call('XACK', KEYS[1], ARGV[i], unpack(gone)) end
end
return out`

/** Lua unpacks at most about 8,000 values; wider entries go one step after the other. */
const fieldsAtMost = 2_000
const movesAtMost = 1_000

export function transactionText(
  context: Context,
  source: DestinationRef,
  target: PublishTarget,
): string | null {
  if (source.type !== 'stream' || target.ref.type !== 'stream') return null
  if (!context.link.areTogether(keyOf(context, source), keyOf(context, target.ref))) return null
  return `One script on the server adds each page to ${target.ref.name} and deletes it from ${source.name}: every entry is in exactly one of the two, whatever fails`
}

/** A move with what it writes: the same fields the source has and some behind, or all anew. */
interface Prepared extends Move {
  readonly fields: readonly Buffer[]
  readonly behind: readonly Header[] | null
}

/** Outcomes in the order of the moves; what cannot share a script is added, confirmed, and then deleted. */
export function openMove(
  context: Context,
  source: DestinationRef,
  holders: readonly Buffer[],
): NonNullable<ClaimSession['move']> {
  return async (moves, call) => {
    const outcomes: PublishOutcome[] = []
    const prepared = moves.map((move) => prepare(context, move))
    for (let at = 0; at < prepared.length; ) {
      const page = pageFrom(prepared, at)
      const target = page[0]?.outgoing.target
      const isShared = target && transactionText(context, source, target) !== null && page.every(isNarrow)
      outcomes.push(
        ...(isShared
          ? await moveAtOnce(context, source, holders, page, call)
          : await moveInSteps(context, source, holders, page, call)),
      )
      at += page.length
    }
    return outcomes
  }
}

function prepare(context: Context, move: Move): Prepared {
  const behind = fieldsBehind(move)
  const fields = behind ? [] : fieldsOfMessage(move.outgoing.message, context.options.bodyField)
  return { ...move, fields, behind }
}

/** What is put behind an entry that otherwise goes as it was read; null when anything of it changed. */
function fieldsBehind({ claim, outgoing }: Move): readonly Header[] | null {
  const { message } = outgoing
  const { headers, body, properties } = claim.message
  const isAsRead =
    message.from === 'redis' &&
    message.key === null &&
    message.body === body &&
    message.properties === properties &&
    message.headers.length >= headers.length &&
    headers.every((header, at) => message.headers[at] === header)
  if (!isAsRead) return null
  const behind = message.headers.slice(headers.length)
  return behind.every(({ type }) => type === 'string') ? behind : null
}

/** The names behind, which values all share, then of each entry its id and its own values; null where not all fields are kept. */
function copyArguments(page: readonly Prepared[]): (string | Buffer)[] | null {
  const names = page[0]?.behind?.map(({ name }) => name)
  if (!names) return null
  const valueAt = (move: Prepared | undefined, at: number) => String(move?.behind?.[at]?.value)
  const isShared = names.map((_, at) => page.every((move) => valueAt(move, at) === valueAt(page[0], at)))
  const head = names.flatMap((name, at) => [
    bytesFromName(name),
    ...(isShared[at] ? ['=', valueAt(page[0], at)] : ['', '']),
  ])
  const own = names.flatMap((_, at) => (isShared[at] ? [] : [at]))
  const entries = page.flatMap((move) => [move.claim.message.id, ...own.map((at) => valueAt(move, at))])
  return [String(names.length), ...head, ...entries]
}

/** Neighbours with the same target that are written the same way. */
function pageFrom(moves: readonly Prepared[], at: number): readonly Prepared[] {
  const first = moves[at]
  let end = at
  while (first && end - at < movesAtMost) {
    const move = moves[end]
    if (!move || !hasSameBehind(move, first)) break
    if (!sameRef(move.outgoing.target.ref, first.outgoing.target.ref)) break
    end++
  }
  return moves.slice(at, end)
}

/** One script puts the same names behind every entry of its page; null is not the same as none. */
function hasSameBehind({ behind: a }: Prepared, { behind: b }: Prepared): boolean {
  return a?.length === b?.length && (a ?? []).every(({ name }, at) => name === b?.[at]?.name)
}

function isNarrow({ claim, fields, behind }: Prepared): boolean {
  const size = behind ? (claim.message.headers.length + behind.length) * 2 : fields.length
  return size > 0 && size <= fieldsAtMost
}

async function moveAtOnce(
  context: Context,
  source: DestinationRef,
  holders: readonly Buffer[],
  page: readonly Prepared[],
  call: Call,
): Promise<PublishOutcome[]> {
  const copied = copyArguments(page)
  const kind = copied ? 'copy' : 'write'
  const entries = copied ?? page.flatMap(({ claim, fields }) => [claim.message.id, fields.length, ...fields])
  const key = keyOf(context, source)
  const target = page[0]?.outgoing.target.ref ?? source
  const head = ['EVAL', moveScript, 2, key, keyOf(context, target), holders.length, kind, ...holders] as const
  let reply: unknown
  try {
    ;[reply] = await context.link.run(key, [[...head, ...entries]], call)
  } catch (error) {
    reply = toBrokerError(error)
  }
  if (Buffer.isBuffer(reply))
    return page.map(() => ({
      state: 'refused',
      code: 'not_found',
      reason: `There is no stream ${target.name}`,
    }))
  if (reply instanceof Error) {
    // Refused before its first line ran: nothing was added yet.
    if (/^NOPERM\b/.test(reply.message) || isRedirect(reply))
      return moveInSteps(context, source, holders, page, call)
    const outcome = refusalOf(reply)
    return page.map(() => outcome)
  }
  const positions = listOf(reply).map(textOf)
  // Left the source since they were read: written from what was read.
  const absent = page.filter((_, at) => positions[at] === '?')
  const written = absent.length > 0 ? await moveInSteps(context, source, holders, absent, call) : []
  return positions.map((position): PublishOutcome => {
    if (position === '?') return written.shift() ?? { state: 'unknown', reason: 'The script gave no answer' }
    if (position.startsWith('!')) return refusalOf(new Error(position.slice(1)))
    return { state: 'confirmed', position, detail: `Moved to ${target.name} as ${position}` }
  })
}

async function moveInSteps(
  context: Context,
  source: DestinationRef,
  holders: readonly Buffer[],
  page: readonly Move[],
  call: Call,
): Promise<PublishOutcome[]> {
  const publisher = await openPublish(context).openPublisher(call)
  try {
    const outcomes = await publisher.send(
      page.map((move) => move.outgoing),
      call,
    )
    const sent = page.filter((_, at) => outcomes[at]?.state === 'confirmed')
    if (sent.length > 0) {
      const key = keyOf(context, source)
      const ids = idsOf(sent.map((move) => move.claim))
      for (const reply of await context.link.run(key, removal(key, ids, holders), call)) expectReply(reply)
    }
    return [...outcomes]
  } finally {
    await publisher.close()
  }
}
