import type { BrokerKind } from '../../../lib/schemas/broker.ts'
import type { Failure, FailureReason } from '../../../lib/schemas/message.ts'
import type { FailureReading } from '../contract.ts'
import type { MessageView } from './view.ts'

/** One value, the header it was read from, and how in words. */
export interface Fact<T> {
  readonly value: T
  readonly header: string
  readonly rule: string
}

/** What a reader found; times in epoch milliseconds. What is not known is absent. */
export interface Facts {
  readonly destination?: Fact<string> | undefined
  readonly namespace?: Fact<string> | undefined
  readonly partition?: Fact<number> | undefined
  readonly offset?: Fact<string> | undefined
  readonly exchange?: Fact<string> | undefined
  readonly routingKey?: Fact<string> | undefined
  readonly reason?: Fact<FailureReason> | undefined
  readonly errorClass?: Fact<string> | undefined
  readonly message?: Fact<string> | undefined
  readonly stack?: Fact<string> | undefined
  readonly attempts?: Fact<number> | undefined
  readonly firstAt?: Fact<number> | undefined
  readonly lastAt?: Fact<number> | undefined
  readonly consumer?: Fact<string> | undefined
}

export type EvidenceItem = Failure['evidence'][number]

export interface Found {
  readonly facts: Facts
  readonly unwrapped?: FailureReading['unwrapped']
}

/** One framework's way of writing why a message died. */
export interface Reader {
  readonly name: string
  /** The headers this framework writes on failure, taken off on a replay. Null: only those a value was read from. */
  readonly owns: RegExp | null
  /** Where alone it is looked for; absent: wherever headers travel. */
  readonly kinds?: readonly BrokerKind[]
  /** Null when the message does not carry this framework's mark. Never throws. */
  read(view: MessageView): Found | null
}

/** The same value under another reading of it. */
export function mapFact<T, U>(
  fact: Fact<T> | undefined,
  map: (value: T) => U | undefined,
): Fact<U> | undefined {
  const value = fact && map(fact.value)
  return fact && value !== undefined ? { ...fact, value } : undefined
}
