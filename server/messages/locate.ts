import { AppError } from '../../lib/domain/app-error.ts'
import type { Facet } from '../../lib/schemas/ability.ts'
import {
  type BrokerConnection,
  type Call,
  type Caller,
  type DestinationRef,
  decodeRef,
  type Facets,
  type FindBroker,
  type GuardedBroker,
} from '../brokers/contract/index.ts'

export interface Located {
  readonly broker: GuardedBroker
  /** Under this caller's permissions. */
  readonly connection: BrokerConnection
  readonly ref: DestinationRef
  /** Its opaque id. */
  readonly id: string
}

/** The destination an id of the API names. Throws `not_found`; whether it exists only the broker can say. */
export function locate(findBroker: FindBroker, broker: string, destination: string, caller: Caller): Located {
  const found = findBroker(broker)
  const ref = decodeRef(destination)
  if (!ref) throw new AppError('not_found', 'There is no such destination')
  return { broker: found, connection: found.as(caller), ref, id: destination }
}

/** The facet, or `unsupported` with the broker's own reason; `not_found` when the destination is not there either. */
export async function needFacet<F extends keyof Facets & Facet>(
  { connection, ref }: Located,
  name: F,
  call: Call,
): Promise<NonNullable<Facets[F]>> {
  const facet = connection[name]
  if (facet) return facet as NonNullable<Facets[F]>
  const { abilities } = await connection.describeDestination(ref, call)
  throw new AppError('unsupported', abilities[name]?.reason ?? `${ref.name} offers no ${name}`)
}
