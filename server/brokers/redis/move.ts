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
import { openPublish, refusalOf } from './publish.ts'
import { idsOf, removal } from './removal.ts'
import { expectReply, listOf, textOf } from './reply.ts'

type Move = { readonly claim: Claim; readonly outgoing: Outgoing }

/**
 * Adds a page to the target and takes it off the source in one step. A script and not MULTI: there an XADD that is
 * refused at its turn (the target deleted, of another type, not permitted) does not stop the XDEL after it, and
 * the message would be lost. Here only what was added is deleted. It is atomic towards every reader, the
 * append-only file and a crash of the console.
 */
const moveScript = `
if redis.call('TYPE', KEYS[2]).ok ~= 'stream' then return 'none' end
local groups = tonumber(ARGV[1])
local at, out, gone = groups + 2, {}, {}
while at <= #ARGV do
  local size = tonumber(ARGV[at + 1])
  local id = redis.pcall('XADD', KEYS[2], '*', unpack(ARGV, at + 2, at + 1 + size))
  if type(id) == 'table' then
    out[#out + 1] = '!' .. id.err
  else
    out[#out + 1] = id
    gone[#gone + 1] = ARGV[at]
  end
  at = at + 2 + size
end
if #gone > 0 then
  redis.call('XDEL', KEYS[1], unpack(gone))
  for i = 2, groups + 1 do redis.call('XACK', KEYS[1], ARGV[i], unpack(gone)) end
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

/** Outcomes in the order of the moves; what cannot share a script is added, confirmed, and then deleted. */
export function openMove(
  context: Context,
  source: DestinationRef,
  holders: readonly Buffer[],
): NonNullable<ClaimSession['move']> {
  return async (moves, call) => {
    const outcomes: PublishOutcome[] = []
    for (let at = 0; at < moves.length; ) {
      const page = pageFrom(moves, at)
      const target = page[0]?.outgoing.target
      const isShared =
        target && transactionText(context, source, target) !== null && page.every(isNarrow(context))
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

/** Neighbours with the same target. */
function pageFrom(moves: readonly Move[], at: number): readonly Move[] {
  const first = moves[at]
  let end = at
  while (first && end - at < movesAtMost) {
    const move = moves[end]
    if (!move || !sameRef(move.outgoing.target.ref, first.outgoing.target.ref)) break
    end++
  }
  return moves.slice(at, end)
}

function isNarrow(context: Context): (move: Move) => boolean {
  return ({ outgoing }) => {
    const size = fieldsOfMessage(outgoing.message, context.options.bodyField).length
    return size > 0 && size <= fieldsAtMost
  }
}

async function moveAtOnce(
  context: Context,
  source: DestinationRef,
  holders: readonly Buffer[],
  page: readonly Move[],
  call: Call,
): Promise<PublishOutcome[]> {
  const key = keyOf(context, source)
  const target = page[0]?.outgoing.target.ref ?? source
  const entries = page.flatMap(({ claim, outgoing }) => {
    const fields = fieldsOfMessage(outgoing.message, context.options.bodyField)
    return [claim.message.id, fields.length, ...fields]
  })
  let reply: unknown
  try {
    ;[reply] = await context.link.run(
      key,
      [['EVAL', moveScript, 2, key, keyOf(context, target), holders.length, ...holders, ...entries]],
      call,
    )
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
  return listOf(reply).map((row): PublishOutcome => {
    const position = textOf(row)
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
