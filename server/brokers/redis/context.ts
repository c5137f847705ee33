import { BrokerError, type Call, type DestinationRef, type DriverDeps } from '../contract/index.ts'
import type { Catalog } from './catalog.ts'
import type { LagBook } from './lag.ts'
import type { Link } from './link.ts'
import { bytesFromName } from './names.ts'
import type { RedisOptions } from './options.ts'
import { textOf } from './reply.ts'
import type { Rights } from './rights.ts'
import type { ServerBook } from './server-book.ts'
import type { Undelivered } from './undelivered.ts'

/** What the facets of one connection share. */
export interface Context {
  readonly link: Link
  readonly options: RedisOptions
  readonly deps: DriverDeps
  readonly catalog: Catalog
  /** What was learnt of each group from one look to the next. */
  readonly lags: LagBook
  readonly undelivered: Undelivered
  /** And of each server. */
  readonly servers: ServerBook
  /** What these credentials may do; asked once, kept for minutes. */
  rights(call: Call): Promise<Rights>
}

/** The key of a destination in the database this connection is for; throws `not_found` for another one. */
export function keyOf(context: Context, ref: DestinationRef): Buffer {
  if (ref.namespace !== undefined && ref.namespace !== context.link.db)
    throw new BrokerError(
      'not_found',
      `This connection is for database ${context.link.db}, not ${ref.namespace}`,
    )
  return bytesFromName(ref.name)
}

export function refOf(context: Context, type: 'stream' | 'list' | 'channel', name: string): DestinationRef {
  return { type, name, namespace: context.link.db }
}

/** Throws `not_found` unless the key is there and of the type the ref says. */
export function expectType(reply: unknown, ref: DestinationRef): void {
  const type = textOf(reply)
  if (type === 'none') throw new BrokerError('not_found', `There is no ${ref.type} ${ref.name}`)
  if (type !== ref.type) throw new BrokerError('not_found', `${ref.name} is a ${type} now, not a ${ref.type}`)
}

export function unsupportedType(ref: DestinationRef, verb: string): BrokerError {
  const reason = ref.type === 'channel' ? 'a pub/sub channel stores nothing' : `it is a ${ref.type}`
  return new BrokerError('unsupported', `${ref.name} cannot be ${verb}: ${reason}`)
}
