import type { Replay } from '../../lib/schemas/replay.ts'
import type { DeadLetterEdge, FindBroker, Log } from '../brokers/contract/index.ts'
import type { ReadFailure } from '../dead-letters/contract.ts'
import type { Storage } from '../storage/contract/index.ts'

/** All the engine knows of the world. */
export interface ReplayPorts {
  readonly storage: Storage
  readonly findBroker: FindBroker
  readonly readFailure: ReadFailure
  /** What this broker's topology says of where rejects go. */
  readonly edgesOf: (broker: string) => readonly DeadLetterEdge[] | Promise<readonly DeadLetterEdge[]>
  readonly now: () => number
  readonly log: Log
  /** A run changed; at most a few times a second for each run. */
  readonly onChange: (run: Replay) => void
  /** How long to wait before a broker that failed is tried again; doubled up to 5 s. */
  readonly retryMs?: number | undefined
  /** Messages written down and sent together, at most; by default what was measured as fast. */
  readonly pageSize?: number | undefined
}
