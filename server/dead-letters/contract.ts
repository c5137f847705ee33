import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { DeadLetterInfo } from '../../lib/schemas/destination.ts'
import type { Failure } from '../../lib/schemas/message.ts'
import type {
  BrokerMessage,
  DeadLetterEdge,
  DestinationInfo,
  DestinationRef,
  OutgoingMessage,
} from '../brokers/contract/index.ts'

/** What a message says of its own death. */
export interface FailureReading {
  readonly failure: Failure
  /** Names of the headers (fields) of the reader that matched: stripped on replay, all others and their order stay. */
  readonly failureHeaders: readonly string[]
  /** Where it should go back to, as far as the headers say. */
  readonly origin: {
    readonly destination?: string | undefined
    readonly namespace?: string | undefined
    readonly exchange?: string | undefined
    readonly routingKey?: string | undefined
    readonly partition?: number | undefined
    readonly offset?: string | undefined
  }
  /** Envelope formats: the inner message to show and to replay. */
  readonly unwrapped?: Pick<OutgoingMessage, 'body' | 'headers' | 'properties'> | undefined
}

export interface FailureHints {
  /** Configured or known names of this destination's failure fields. */
  readonly fields?: DeadLetterEdge['fields']
  /** The origins topology knows; the single one stands in when the headers name none. */
  readonly origins?: readonly DestinationRef[] | undefined
}

/** server/dead-letters/read-failure.ts. Null when nothing in the message speaks of a failure. Never throws on hostile headers. */
export type ReadFailure = (
  kind: BrokerKind,
  message: BrokerMessage,
  hints?: FailureHints,
) => FailureReading | null

/** What samples of messages told about a destination (≤ 20 messages looked at where looking has no effect). */
export interface HeaderSighting {
  readonly ref: DestinationRef
  readonly reader: string
  readonly origins: readonly { readonly name: string; readonly header: string }[]
  /** What most of those looked at died of: the class of the error, else the reason. */
  readonly cause?: { readonly words: string; readonly count: number; readonly of: number } | undefined
}

/** server/dead-letters/detect.ts, pure: by destination id. Topology over headers over name; a name is never enough where topology says otherwise. */
export type DetectDeadLetters = (
  destinations: readonly DestinationInfo[],
  edges: readonly DeadLetterEdge[],
  sightings: readonly HeaderSighting[],
) => ReadonlyMap<string, DeadLetterInfo>
