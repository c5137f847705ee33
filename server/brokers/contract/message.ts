import type { BrokerKind } from '../../../lib/schemas/broker.ts'
import type { Header } from '../../../lib/schemas/header.ts'
import { BrokerError, isRetryable } from './errors.ts'
import type { DestinationRef } from './ref.ts'

/** A message as it lies on the broker, bytes untouched. */
export interface BrokerMessage {
  /**
   * Names this message for a claim, URL-safe. On a log: partition and offset, stream id, sequence. On a
   * queue without ids: a hash of body, properties and headers as published (without what the broker adds
   * on delivery: x-delivery-count, x-acquired-count, x-stream-offset, the redelivered flag) and its ordinal
   * among equals from the head. Looking never changes it.
   */
  readonly id: string
  /** What `from=<position>` accepts. On a queue: the number from the head. */
  readonly position: string
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  /** In the broker's order, duplicates kept. Redis: all fields of the entry. */
  readonly headers: readonly Header[]
  /** JSON-safe facts beside the headers (64-bit as strings): exchange, routingKey, contentType, redelivered … */
  readonly properties: Readonly<Record<string, unknown>>
  readonly timestampMs: number | null
  /** Body, key and headers as the broker counts them, else their byte lengths. */
  readonly sizeBytes: number
}

/** What is to be sent. `from` is the kind it was read from: the same kind restores properties and native tags exactly. */
export interface OutgoingMessage {
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  readonly headers: readonly Header[]
  readonly properties: Readonly<Record<string, unknown>>
  readonly timestampMs: number | null
  readonly from: BrokerKind | null
}

export interface PublishTarget {
  readonly ref: DestinationRef
  /** Exchanges only. */
  readonly routingKey?: string | undefined
  /** Partitioned logs only; without it the broker's own partitioner by key. */
  readonly partition?: number | undefined
}

export interface Outgoing {
  readonly target: PublishTarget
  readonly message: OutgoingMessage
}

/**
 * What became of one message. `confirmed`: the broker has it. `refused`: it certainly has not (unroutable,
 * too large, forbidden …; `unreachable`: it was never handed over, and another try is safe). `unknown`: the connection went between send and confirm; never resend silently.
 */
export type PublishOutcome =
  | { readonly state: 'confirmed'; readonly position?: string | undefined; readonly detail: string }
  | {
      readonly state: 'refused'
      readonly reason: string
      readonly code:
        | 'unroutable'
        | 'too_large'
        | 'forbidden'
        | 'not_found'
        | 'rejected'
        | 'bad_request'
        | 'unreachable'
    }
  | { readonly state: 'unknown'; readonly reason: string }

/** The outcome of what was certainly never handed to the broker, by why it was not. */
export function notSent(error: unknown): PublishOutcome {
  const code = error instanceof BrokerError ? error.code : null
  const reason = `Not sent: ${error instanceof Error ? error.message : String(error)}`
  const isCertain =
    code === 'forbidden' || code === 'not_found' || code === 'bad_request' || code === 'too_large'
  return {
    state: 'refused',
    reason,
    code: isCertain ? code : isRetryable(error) ? 'unreachable' : 'rejected',
  }
}
