import { AppError } from '../../lib/domain/app-error.ts'
import type { ReplayInput } from '../../lib/schemas/replay.ts'
import {
  type BrokerConnection,
  type Call,
  type Caller,
  type ClaimFacet,
  type ClaimRequest,
  type DestinationRef,
  decodeRef,
  type GuardedBroker,
  sameRef,
} from '../brokers/contract/index.ts'
import { describeStripped } from './headers.ts'
import { describeLosses } from './outgoing.ts'
import type { ReplayPorts } from './ports.ts'
import { isAll, type StoredPlan } from './stored-plan.ts'
import { chosenTarget } from './targets.ts'

/** Checks a request with the brokers, before anything is written down. Throws what is wrong with it; sends nothing. */
export async function planRun(
  ports: ReplayPorts,
  input: ReplayInput,
  caller: Caller,
  call: Call,
): Promise<{ readonly plan: StoredPlan; readonly total: number }> {
  const source = ports.findBroker(input.broker)
  const target =
    'destination' in input.target ? ports.findBroker(input.target.broker ?? input.broker) : source
  for (const broker of [source, target]) assertWritable(broker)
  const ref = refOf(input.source)
  const connection = source.as(caller)
  const { claim } = connection
  if (!claim) throw new AppError('unsupported', `Nothing can be taken from ${source.label}`)
  if (!target.as(caller).publish) throw new AppError('unsupported', `Nothing can be sent to ${target.label}`)
  const chosen = await chooseTarget(input, { source, target, ref }, target.as(caller), call)
  const depth = await claim.count(ref, call)
  const total = 'ids' in input.select ? input.select.ids.length : Math.min(depth, input.select.max ?? depth)
  const effects = await claim.effects(ref, requestOf(input, total), call)
  const shape = claim.shapeOf(ref)
  const ends = { from: source.traits, to: target.traits }
  const plan: StoredPlan = {
    input: isAll(input) ? input : { ...input, select: { ids: [] } },
    source: ref,
    kind: source.kind,
    shape,
    settles: claim.settlesOf(ref),
    chosen,
    targetBroker: target.id,
    ends,
    effects: [...effects],
    guarantee: guaranteeOf(claim, connection, { input, ref, chosen, isSameBroker: source.id === target.id }),
    notes: [...describeLosses(ends), ...notesOf(input, shape, claim.settlesOf(ref))],
    stripped: describeStripped(ends),
    depthAtStart: depth,
    startedBy: input.dryRun ? caller.actor : null,
    targets: {},
  }
  return { plan, total }
}

function assertWritable(broker: GuardedBroker): void {
  if (broker.mode !== 'read-only') return
  throw new AppError('forbidden', `${broker.label} is in read-only mode`, { detail: { reason: 'read-only' } })
}

function refOf(id: string): DestinationRef {
  const ref = decodeRef(id)
  if (!ref) throw new AppError('not_found', 'There is no destination of this id')
  return ref
}

async function chooseTarget(
  input: ReplayInput,
  at: { readonly source: GuardedBroker; readonly target: GuardedBroker; readonly ref: DestinationRef },
  connection: BrokerConnection,
  call: Call,
): Promise<DestinationRef | null> {
  if (!('destination' in input.target)) return null
  const chosen = refOf(input.target.destination)
  if (at.source.id === at.target.id && sameRef(chosen, at.ref))
    throw new AppError('bad_request', 'The target is the source itself: choose another destination')
  if (input.target.key !== undefined && !at.target.traits.carriesKey)
    throw new AppError('bad_request', `${at.target.label} knows no message keys`)
  await connection.publish?.check(chosenTarget({ input }, chosen), call)
  return chosen
}

function requestOf(input: ReplayInput, total: number): ClaimRequest {
  const select =
    'ids' in input.select
      ? ({ kind: 'ids', ids: input.select.ids } as const)
      : ({ kind: 'head', count: total } as const)
  return { select, window: 1000 }
}

function guaranteeOf(
  claim: ClaimFacet,
  connection: BrokerConnection,
  run: { input: ReplayInput; ref: DestinationRef; chosen: DestinationRef | null; isSameBroker: boolean },
): string {
  const { chosen, ref, isSameBroker } = run
  const together = chosen && isSameBroker ? claim.transaction?.(ref, chosenTarget(run, chosen)) : null
  if (together) return together
  const first = 'Nothing is lost: a message leaves the source only after the target confirmed it.'
  return connection.publish?.verify
    ? `${first} After a crash the target is searched for the replay id where it is a log; elsewhere a message in doubt is shown as uncertain and not sent again by itself.`
    : `${first} After a crash a message that was handed over and not confirmed is shown as uncertain and not sent again by itself.`
}

function notesOf(input: ReplayInput, shape: 'queue' | 'log', settles: 'removes' | 'marks'): string[] {
  const notes: string[] = []
  if (isAll(input) && settles === 'marks')
    notes.push('The source keeps its messages: those delivered by an earlier run are left out.')
  if (shape === 'queue' && isAll(input))
    notes.push('The first messages from the head, as many as were counted: later arrivals stay.')
  if (shape === 'queue' && !isAll(input))
    notes.push(
      'Messages before the chosen ones are held for seconds and put back in order. What lies deeper than a session reaches (10,000 messages, 64 MB) is skipped.',
    )
  if (shape === 'queue' && !isAll(input) && input.rate !== undefined)
    notes.push('A slow run over chosen messages takes them in sessions of at most 45 s.')
  return notes
}
