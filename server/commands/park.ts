import { AppError } from '../../lib/domain/app-error.ts'
import {
  type Call,
  type Claim,
  type DestinationRef,
  decodeRef,
  type Publisher,
  sameRef,
} from '../brokers/contract/index.ts'
import { type Located, needFacet } from '../messages/locate.ts'
import { errorOfOutcome, outcomeAt } from './outcome-error.ts'

export interface Parking {
  /** What the broker confirmed at the new place, and the first that it did not. */
  send(
    claims: readonly Claim[],
    call: Call,
  ): Promise<{ readonly arrived: readonly Claim[]; readonly failure: AppError | null }>
  close(): Promise<void>
}

/**
 * Opens the way to where messages are parked: `<name>.parked` of the same type beside the source, or the one
 * named (by name or id), created when it is not there. Key, headers, properties and body go over unchanged.
 */
export async function openParking(
  located: Located,
  target: string | undefined,
  call: Call,
): Promise<Parking> {
  const { connection, broker } = located
  const ref = parkingRef(located.ref, target)
  const publish = await needFacet(located, 'publish', call)
  await connection.manage?.ensure(ref, call)
  await publish.check({ ref }, call)
  const publisher = await publish.openPublisher(call)
  return {
    send: (claims, now) => sendAll(publisher, claims, ref, broker.kind, now),
    close: () => publisher.close(),
  }
}

function parkingRef(source: DestinationRef, target: string | undefined): DestinationRef {
  const named = target === undefined ? null : decodeRef(target)
  const ref = named ?? { ...source, name: target ?? `${source.name}.parked` }
  if (ref.name === '') throw new AppError('bad_request', 'The name of the place to park at is empty')
  if (sameRef(ref, source)) throw new AppError('bad_request', `${source.name} cannot be parked in itself`)
  return ref
}

async function sendAll(
  publisher: Publisher,
  claims: readonly Claim[],
  ref: DestinationRef,
  from: Located['broker']['kind'],
  call: Call,
): Promise<Awaited<ReturnType<Parking['send']>>> {
  const outcomes = await publisher.send(
    claims.map(({ message }) => {
      const { key, body, headers, properties, timestampMs } = message
      return { target: { ref }, message: { key, body, headers, properties, timestampMs, from } }
    }),
    call,
  )
  const arrived: Claim[] = []
  let failure: AppError | null = null
  for (const [index, claim] of claims.entries()) {
    const outcome = outcomeAt(outcomes, index)
    if (outcome.state === 'confirmed') arrived.push(claim)
    else failure ??= errorOfOutcome(outcome)
  }
  return { arrived, failure }
}
