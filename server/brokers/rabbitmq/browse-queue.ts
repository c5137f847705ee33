import type { Effect } from '../../../lib/schemas/ability.ts'
import {
  BrokerError,
  type BrokerMessage,
  type BrowsePage,
  type BrowseRequest,
  type Call,
  type DestinationRef,
  decodeParts,
  encodeParts,
  readQueueId,
  shorten,
  within,
} from '../contract/index.ts'
import { type LookPlan, planLook, refuseWhileFull } from './abilities.ts'
import { type Client, checkLive, readQueue, vhostOfRef } from './client.ts'
import { wouldDestroy } from './errors.ts'
import type { QueueFacts } from './facts.ts'
import { type Held, Hold } from './hold.ts'
import { assertMayLook, countedReturns, readLooks, writeLooks } from './looks.ts'
import { Identities, messageOf } from './map.ts'
import { saveThoseAtLimit } from './republish.ts'

/** A look reaches no deeper: what is held is invisible to consumers. */
const maxReach = 5_000
const maxHeldBytes = 64 * 1024 * 1024
/** Longer without a delivery means that nobody else's prefetch will give us the rest now. */
const quietMs = 200
const maxHoldMs = 900
const firstReach = 200

export interface Look {
  readonly messages: readonly BrokerMessage[]
  readonly bytes: number
  readonly stoppedBy: 'end' | 'limit' | 'bytes' | 'time'
  readonly effects: readonly Effect[]
}

/** The first ready messages from the head, put back as they were. */
export async function readQueuePage(
  client: Client,
  ref: DestinationRef,
  request: BrowseRequest,
  call: Call,
): Promise<BrowsePage> {
  const skip = skipOf(request)
  const look = await lookAtHead(client, ref, skip + request.limit, request.maxBytes, skip, null, call)
  const messages = look.messages
  const last = messages.length + skip
  const more = look.stoppedBy !== 'end' && messages.length > 0 && last < maxReach
  return {
    messages,
    next: more ? encodeParts(['head', String(last)]) : null,
    effects: look.effects,
    scanned: {
      messages: messages.length,
      bytes: look.bytes,
      ranges: messages.length === 0 ? [] : [{ from: String(skip), to: String(last - 1) }],
      stoppedBy: look.stoppedBy,
    },
    problems: [],
  }
}

function skipOf(request: BrowseRequest): number {
  if (request.cursor !== undefined) {
    const [word, skip, ...rest] = decodeParts(request.cursor) ?? []
    if (word !== 'head' || skip === undefined || !/^\d{1,9}$/.test(skip) || rest.length > 0) {
      throw new BrokerError('bad_request', 'This cursor is not one of this queue')
    }
    return Number(skip)
  }
  if ((request.partition ?? 0) !== 0) {
    throw new BrokerError('bad_request', 'A RabbitMQ queue has no partitions')
  }
  const from = request.from
  if (from === undefined || from.kind === 'oldest') return 0
  if (from.kind === 'position' && !/^\d{1,18}$/.test(from.position)) {
    throw new BrokerError('bad_request', 'A position in a queue is a whole number from its head')
  }
  throw new BrokerError('unsupported', 'A RabbitMQ queue can only be read from its head (oldest)')
}

/** One message by its id: a look as deep as it lies, with the effects of a look. */
export async function getFromQueue(
  client: Client,
  ref: DestinationRef,
  id: string,
  call: Call,
): Promise<BrokerMessage> {
  if (readQueueId(id) === null) throw new BrokerError('not_found', 'No such message in this queue')
  const look = await lookAtHead(client, ref, maxReach, maxHeldBytes, 0, id, call)
  const found = look.messages.find((message) => message.id === id)
  if (found) return found
  const why = look.stoppedBy === 'end' ? 'it is gone or held by a consumer' : 'it is gone or beyond reach'
  throw new BrokerError('not_found', `The message is not among the first ${look.messages.length}: ${why}`)
}

/**
 * Takes up to `count` from the head, at most `maxBytes` of bodies after the first `skip`, and puts them back.
 * With `until`, stops once that id is in hand.
 */
async function lookAtHead(
  client: Client,
  ref: DestinationRef,
  count: number,
  maxBytes: number,
  skip: number,
  until: string | null,
  call: Call,
): Promise<Look> {
  const [facts, version] = await Promise.all([readQueue(client, ref, call), client.version(call)])
  const plan = planLook(facts, version.number)
  if (plan.refusal !== null) throw wouldDestroy(plan.refusal)
  const looks = await readLooks(client.deps.notes, ref, call)
  const hold = new Hold(client.links, vhostOfRef(client, ref), ref.name, plan)
  const { ready } = await checkLive(client, ref, call)
  if (ready === 0) {
    // Empty: whatever we returned is gone, so our count starts anew.
    if (looks.count + looks.reach > 0 && facts.unacked === 0) {
      await writeLooks(client.deps.notes, ref, { count: 0, reach: 0 }, call)
    }
    return { messages: [], bytes: 0, stoppedBy: 'end', effects: plan.effects }
  }
  assertMayLook(plan, looks)
  const full = refuseWhileFull(facts, ready)
  if (full !== null) throw wouldDestroy(full)
  const wanted = Math.min(reachOf(facts, plan, count, maxBytes, looks.reach), maxReach)
  if (facts.kind === 'quorum') {
    const reach = Math.min(wanted, ready)
    await writeLooks(
      client.deps.notes,
      ref,
      { count: looks.count + 1, reach: Math.max(reach, looks.reach) },
      call,
    )
  }
  try {
    const taken = await collect(hold, plan, wanted, ready, until, call)
    const messages: BrokerMessage[] = []
    const identities = new Identities()
    let bytes = 0
    let stoppedBy: Look['stoppedBy'] = taken.length >= ready ? 'end' : 'time'
    for (const [index, held] of taken.entries()) {
      const { id } = identities.next(held.delivery)
      if (index < skip) continue
      if (index >= count) {
        stoppedBy = 'limit'
        break
      }
      const size = held.delivery.content.length
      if (messages.length > 0 && bytes + size > maxBytes) {
        stoppedBy = 'bytes'
        break
      }
      bytes += size
      messages.push(messageOf(held.delivery, id, String(index)))
    }
    if (stoppedBy === 'time' && messages.length + skip >= count) stoppedBy = 'limit'
    if (stoppedBy === 'time' && hold.bytes >= maxHeldBytes) stoppedBy = 'bytes'
    if (plan.limit !== null && taken.length >= ready) {
      const count = Math.min(looks.count, countedReturns(taken)) + 1
      await writeLooks(client.deps.notes, ref, { count, reach: taken.length }, call)
    }
    const moved = await saveThoseAtLimit(client, ref, plan, hold, call)
    return { messages, bytes, stoppedBy, effects: [...plan.effects, ...moved] }
  } finally {
    // An abandoned look is put back all the same, but nobody waits for it.
    await within(call, hold.release()).catch(() => undefined)
  }
}

/** How many to take: fewer when bodies are large, more when earlier returns would otherwise be rotated. */
function reachOf(facts: QueueFacts, plan: LookPlan, count: number, maxBytes: number, noted: number): number {
  const average =
    facts.readyBytes !== null && facts.ready !== null && facts.ready > 0 ? facts.readyBytes / facts.ready : 0
  const budget = Math.min(maxBytes * 2, maxHeldBytes)
  const byBytes = average > 0 ? Math.max(1, Math.ceil(budget / average)) : count
  const asked = Math.min(count, Math.max(byBytes, 1))
  return plan.rotates ? Math.max(asked, noted, facts.reportedReturned ?? 0) : asked
}

async function collect(
  hold: Hold,
  plan: LookPlan,
  wanted: number,
  ready: number,
  until: string | null,
  call: Call,
): Promise<Held[]> {
  const taken: Held[] = []
  const identities = until === null ? null : new Identities()
  // For one message by id the hold grows until it is found, instead of taking everything at once.
  let goal = Math.min(until === null ? wanted : Math.min(wanted, firstReach), ready)
  let heldSince: number | null = null
  let empty = 0
  if (plan.by === 'get') await hold.getLane(goal, call)
  else await hold.addLane(goal, call)
  const bounded = shorten(call, maxHoldMs + 4_000)
  for (;;) {
    const batch = await hold.take(goal - taken.length, quietMs, bounded)
    if (hold.lost) throw hold.lost
    taken.push(...batch)
    if (identities && batch.some((held) => identities.next(held.delivery).id === until)) break
    if (taken.length > 0) heldSince ??= Date.now()
    const isLong = heldSince !== null && Date.now() - heldSince > maxHoldMs
    if (hold.bytes >= maxHeldBytes || isLong) break
    if (batch.length === 0) {
      // Quiet although something is ready: a slow broker, not the end. What a quorum queue has handed to us may
      // be on its way when none is ready any more, so the end needs two such answers.
      if (plan.by === 'get' || ((await hold.ready(bounded)) === 0 && ++empty > 1)) break
      continue
    }
    if (taken.length < goal) continue
    // Returned messages stand before all others: to stop among them would rotate them.
    const isAmongReturned = plan.rotates && taken.at(-1)?.delivery.fields.redelivered === true
    const goesOn = isAmongReturned || (until !== null && taken.length < wanted)
    if (plan.by === 'get' || !goesOn || taken.length >= ready || taken.length >= maxReach) break
    const more = Math.min(taken.length * 2, ready - taken.length, maxReach - taken.length)
    await hold.addLane(more, call)
    goal += more
  }
  return taken
}
