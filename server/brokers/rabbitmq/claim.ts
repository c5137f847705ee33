import type { Call, ClaimFacet, ClaimRequest, ClaimSession, DestinationRef } from '../contract/index.ts'
import { BrokerError } from '../contract/index.ts'
import { claimEffects, type LookPlan, planLook, refuseWhileFull, streamEffects } from './abilities.ts'
import { assertHolds } from './browse.ts'
import { QueueSession } from './claim-queue.ts'
import { openStreamClaims } from './claim-stream.ts'
import { type Client, checkLive, readQueue } from './client.ts'
import { wouldDestroy } from './errors.ts'
import type { QueueFacts } from './facts.ts'
import { assertMayClaim, type Looks, readLooks } from './looks.ts'
import { countStream, freezeStream } from './stream-ids.ts'

/** A queue gives away and takes back; a stream is a log whose messages only the ledger can mark. */
export function newClaimFacet(client: Client, sessions: Set<ClaimSession>): ClaimFacet {
  return {
    shapeOf: (ref) => (ref.type === 'stream' ? 'log' : 'queue'),
    settlesOf: (ref) => (ref.type === 'stream' ? 'marks' : 'removes'),
    count: async (ref, call) => {
      assertHolds(ref)
      if (ref.type === 'stream') return countStream(client, ref, call)
      return (await checkLive(client, ref, call)).ready
    },
    freeze: (ref, call) => {
      if (ref.type === 'stream') return freezeStream(client, ref, call)
      throw new BrokerError('unsupported', 'A queue is frozen by its count, not by ids')
    },
    effects: async (ref, _request, call) => {
      assertHolds(ref)
      if (ref.type === 'stream') return streamEffects
      return claimEffects((await prepareClaim(client, ref, call)).plan)
    },
    open: async (ref, request, call) => {
      assertHolds(ref)
      if (ref.type === 'stream') return openStreamClaims(client, ref, request, call)
      const prepared = await prepareClaim(client, ref, call)
      return openQueueSession(client, sessions, ref, request, prepared, call)
    },
    transaction: () => null,
  }
}

export interface PreparedClaim {
  readonly facts: QueueFacts
  readonly plan: LookPlan
  readonly looks: Looks
  readonly ready: number
}

/** What a claim will do here, or `conflict` where it could destroy. */
async function prepareClaim(client: Client, ref: DestinationRef, call: Call): Promise<PreparedClaim> {
  const [facts, version, noted, { ready }] = await Promise.all([
    readQueue(client, ref, call),
    client.version(call),
    readLooks(client.deps.notes, ref, call),
    checkLive(client, ref, call),
  ])
  const plan = planLook(facts, version.number)
  // Empty: whatever we returned is gone.
  const looks = ready === 0 && facts.unacked === 0 ? { count: 0, reach: 0 } : noted
  if (plan.refusal !== null) throw wouldDestroy(plan.refusal)
  assertMayClaim(plan, looks)
  const full = refuseWhileFull(facts, ready)
  if (full !== null) throw wouldDestroy(full)
  return { facts, plan, looks, ready }
}

async function openQueueSession(
  client: Client,
  sessions: Set<ClaimSession>,
  ref: DestinationRef,
  request: ClaimRequest,
  prepared: PreparedClaim,
  call: Call,
): Promise<ClaimSession> {
  const session = new QueueSession(client, ref, request, prepared, claimEffects(prepared.plan), () =>
    sessions.delete(session),
  )
  sessions.add(session)
  try {
    await session.begin(call)
    return session
  } catch (error) {
    void session.close()
    throw error
  }
}
