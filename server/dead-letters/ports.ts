import type { BrokerKind, BrokerState, Environment, Mode } from '../../lib/schemas/broker.ts'
import type { DeadLetterInfo, Destination } from '../../lib/schemas/destination.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { Readings } from '../../lib/schemas/reading.ts'
import type { Call, Caller, DestinationInfo, FindBroker, Log } from '../brokers/contract/index.ts'
import type { ReplayRepository } from '../storage/contract/index.ts'
import type { ReadFailure } from './contract.ts'

/** A destination as it is known now, its role already found (`detectDeadLetters`). */
export interface KnownDestination {
  readonly id: string
  readonly info: DestinationInfo
  readonly readings: Readings
  readonly deadLetter: DeadLetterInfo
}

/** A connected broker as it was last read; no call to it is made for this. */
export interface KnownBroker<Row extends KnownDestination> {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  readonly state: BrokerState
  /** Why the state is not `up`. */
  readonly reason: string | null
  /** Null: nothing was ever read. */
  readonly rows: readonly Row[] | null
  /** What the last reading left out. */
  readonly problems: readonly Problem[]
}

/** All the engine knows of the world. */
export interface DeadLetterPorts<Row extends KnownDestination> {
  readonly brokers: () => readonly KnownBroker<Row>[]
  /** Waits a little for current values of this broker; keeps the old ones when they do not come. */
  readonly freshen: (broker: string, call: Call) => Promise<void>
  /** The destination as the API shows it to this caller, stale values marked. */
  readonly present: (broker: string, row: Row, caller: Caller) => Destination
  readonly findBroker: FindBroker
  readonly readFailure: ReadFailure
  readonly replays: Pick<ReplayRepository, 'countSettled'>
  /** Messages told something new of this broker's destinations: roles should be found anew. */
  readonly onSightings: (broker: string) => void
  readonly now: () => number
  readonly log: Log
}
