import type { DestinationRef, FindBroker, Log } from '../brokers/contract/index.ts'
import type { FailureHints, ReadFailure } from '../dead-letters/contract.ts'
import type { ReplayRepository } from '../storage/contract/index.ts'

/** All the reader of messages knows of the world. */
export interface MessagePorts {
  readonly findBroker: FindBroker
  readonly readFailure: ReadFailure
  /** What topology and configuration say of where this destination's messages come from. */
  readonly hintsOf: (
    broker: string,
    ref: DestinationRef,
  ) => FailureHints | undefined | Promise<FailureHints | undefined>
  /** Marks what a replay sent from here or holds. */
  readonly replays: Pick<ReplayRepository, 'findByMessages'>
  readonly now: () => number
  readonly log: Log
}
