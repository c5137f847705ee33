import type { Reading } from '../../lib/schemas/reading.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import {
  type BrokerConnection,
  type Call,
  type Caller,
  type DestinationRef,
  encodeRef,
  ok,
  shorten,
  unavailable,
} from '../brokers/contract/index.ts'
import { wordsOf } from './failures.ts'
import type { StateCounts } from './ledger.ts'
import type { ReplayPorts } from './ports.ts'
import type { StoredPlan } from './stored-plan.ts'

const maxTargets = 5
const lookMs = 1_500

/** What waits at the targets now, who consumes it, and what arrived in the source since the start. Never throws. */
export async function readOutcome(
  ports: ReplayPorts,
  plan: StoredPlan,
  states: StateCounts,
  caller: Caller,
  call: Call,
): Promise<NonNullable<Replay['outcome']>> {
  const refs = plan.chosen ? [plan.chosen] : Object.values(plan.targets).map(({ ref }) => ref)
  const short = shorten(call, lookMs)
  const [targets, arrivedSince] = await Promise.all([
    Promise.all(refs.slice(0, maxTargets).map((ref) => lookAt(ports, plan.targetBroker, ref, caller, short))),
    countArrivals(ports, plan, states, caller, short),
  ])
  return { targets, arrivedSince }
}

async function lookAt(ports: ReplayPorts, broker: string, ref: DestinationRef, caller: Caller, call: Call) {
  const named = { id: encodeRef(ref), name: ref.name }
  try {
    const connection = ports.findBroker(broker).as(caller)
    const { sample } = await connection.describeDestination(ref, call)
    const unknown = unavailable('The broker does not say', ports.now())
    const consumers = sample.readings.consumers ?? unknown
    return {
      ...named,
      depth: await depthOf(connection, ref, call, sample.readings.depth ?? unknown),
      consumers,
    }
  } catch (error) {
    const unknown = unavailable(wordsOf(error), ports.now())
    return { ...named, depth: unknown, consumers: unknown }
  }
}

/** Counted live where a claim counts; a broker's statistics may be seconds old. */
async function depthOf(
  { claim }: BrokerConnection,
  ref: DestinationRef,
  call: Call,
  sampled: Reading,
): Promise<Reading> {
  if (!claim || (sampled.state === 'ok' && sampled.quality === 'exact')) return sampled
  try {
    return ok(await claim.count(ref, call), 'messages', Date.now())
  } catch {
    return sampled
  }
}

async function countArrivals(
  ports: ReplayPorts,
  plan: StoredPlan,
  states: StateCounts,
  caller: Caller,
  call: Call,
): Promise<Reading> {
  const { depthAtStart } = plan
  if (depthAtStart === null) return unavailable('It was not counted when the run began', ports.now())
  try {
    const depth = await ports.findBroker(plan.input.broker).as(caller).claim?.count(plan.source, call)
    if (depth === undefined) return unavailable('The source cannot be counted', ports.now())
    const left = plan.settles === 'removes' ? states.settled : 0
    const value = Math.max(0, depth - (depthAtStart - left))
    // What others took out meanwhile is not seen.
    return ok(value, 'messages', ports.now(), 'estimated')
  } catch (error) {
    return unavailable(wordsOf(error), ports.now())
  }
}
