import type { Failure } from '../../lib/schemas/message.ts'
import type {
  BrokerMessage,
  DestinationRef,
  FindBroker,
  GuardedBroker,
  OutgoingMessage,
} from '../brokers/contract/index.ts'
import type { ReplayRepository } from '../storage/contract/index.ts'

/** What a message says of its own death, as far as it is shown. */
export interface ShownFailure {
  readonly failure: Failure
  /** Envelope formats: what is in it. */
  readonly unwrapped?: Pick<OutgoingMessage, 'body' | 'headers' | 'properties'> | undefined
}
/** Null when nothing in the message speaks of a failure. Never throws. */
export type FailureReader = (message: BrokerMessage) => ShownFailure | null

/** All the reader of messages knows of the world. */
export interface MessagePorts {
  readonly findBroker: FindBroker
  /** Reads failures with what topology and configuration say of where this destination's messages come from. */
  readonly openFailureReader: (
    broker: GuardedBroker,
    ref: DestinationRef,
  ) => FailureReader | Promise<FailureReader>
  /** Marks what a replay sent from here or holds. */
  readonly replays: Pick<ReplayRepository, 'findByMessages'>
  readonly now: () => number
}
