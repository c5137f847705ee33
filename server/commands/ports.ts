import type { FindBroker, Log } from '../brokers/contract/index.ts'
import type { Storage } from '../storage/contract/index.ts'

/** All the commands know of the world. The audit row is begun by the route and stands in the caller. */
export interface CommandPorts {
  readonly findBroker: FindBroker
  readonly storage: Pick<Storage, 'backups' | 'settings'>
  /** Something was written to this broker, or may have been: what was read of it before is old. */
  readonly touched: (broker: string) => void
  /** The id of a destination that is known by name alone; undefined where it is not known, or not the only one. */
  readonly destinationId?:
    | ((broker: string, name: string, namespace: string | undefined) => string | undefined)
    | undefined
  readonly now: () => number
  readonly log: Log
}
