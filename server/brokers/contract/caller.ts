import type { Permission } from '../../../lib/domain/permissions.ts'
import type { BrokerKind, Environment, Mode } from '../../../lib/schemas/broker.ts'
import type { BrokerConnection, KindTraits } from './driver.ts'

/** Who asks. The route or job began the audit row; a write without `auditId` is refused by the guard. */
export interface Caller {
  readonly actor: string
  readonly via: 'session' | 'token' | 'job' | 'system'
  readonly permissions: ReadonlySet<Permission>
  readonly auditId: string | null
}

/** A configured broker as everybody but the registry sees it: no connection without a caller. */
export interface GuardedBroker {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  readonly address: string
  readonly traits: KindTraits
  /** The connection under this caller's permissions, the broker's mode, the call's deadline. Absent facets stay absent. */
  as(caller: Caller): BrokerConnection
}

/** Finds a broker by id; throws `not_found`. */
export type FindBroker = (id: string) => GuardedBroker
