import type { Abilities } from '../../../lib/schemas/ability.ts'
import type { DestinationDetail } from '../../../lib/schemas/destination.ts'
import type { Group } from '../../../lib/schemas/group.ts'
import type { Node } from '../../../lib/schemas/node.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import type { DestinationRef } from './ref.ts'

/**
 * A monotonic count since its epoch began (node start, queue incarnation …). Another `epoch` means a reset,
 * seen and not guessed. Decimal string: it may pass 2^53. The sampler derives rates; a driver never does.
 */
export interface Counter {
  readonly value: string
  readonly atMs: number
  readonly epoch: string
  readonly survivesRestart: boolean
  /** `atMs` is its worst case: the broker does not tell exactly when it counted. */
  readonly isApproximate?: boolean | undefined
}

export type CounterName = 'published' | 'delivered' | 'acked' | 'redelivered' | 'returned' | 'expired'

/** Counts that exist for a whole broker only: what reached no queue, and what died there, by reason. */
export type BrokerCounterName =
  | CounterName
  /** Sent by publishers that did not ask to have it back, reached no queue: gone. `returned` is what they got back. */
  | 'unroutable'
  | 'deadLettered'
  | 'deadLetteredExpired'
  | 'deadLetteredRejected'
  | 'deadLetteredMaxLength'
  | 'deadLetteredDeliveryLimit'

/** What exists: changes rarely, costs more to ask. */
export interface DestinationInfo {
  readonly ref: DestinationRef
  /** classic, quorum, stream, direct, topic, fanout, compacted … */
  readonly variant?: string | undefined
  /** The broker's own, not for people by default (amq.*, __consumer_offsets). */
  readonly internal: boolean
  readonly abilities: Abilities
  /** What only this row lacks or suffers from. */
  readonly problems?: readonly Problem[] | undefined
}

export interface DestinationPage {
  readonly items: readonly DestinationInfo[]
  readonly next: string | null
  readonly problems: readonly Problem[]
}

/** What a destination is like now: changes always, must be cheap to ask for all. */
export interface DestinationSample {
  readonly ref: DestinationRef
  /** running, idle, down, leaderless … the broker's own word, lower case. */
  readonly state: string
  readonly readings: Readings
  readonly counters: Readonly<Partial<Record<CounterName, Counter>>>
  /** The incarnation, where the broker tells it: a deleted and recreated destination has another. */
  readonly incarnation?: string | undefined
  readonly problems?: readonly Problem[] | undefined
}

/** A group without its id and links, which the API adds. `key` is what `groups.describe` takes. */
export type GroupSample = Omit<Group, 'id' | 'links'> & {
  readonly key: string
  /** Where positions are no numbers: how many messages arrived and were read (Redis entries-added, entries-read). */
  readonly counters?: Readonly<Partial<Record<CounterName, Counter>>> | undefined
}

/** What a node tells of itself. */
export type NodeSample = Node

export interface Sample {
  readonly atMs: number
  /** Whole-broker readings: messages, bytes, connections … */
  readonly readings: Readings
  /** Counts over the whole broker, where it keeps what no destination counts. */
  readonly counters?: Readonly<Partial<Record<BrokerCounterName, Counter>>> | undefined
  readonly destinations: readonly DestinationSample[]
  readonly groups: readonly GroupSample[]
  /** Every server of the broker; absent where it cannot be told. */
  readonly nodes?: readonly NodeSample[] | undefined
  /** Publishing is blocked or refused by the broker itself (an alarm, no memory left): why, in a sentence. */
  readonly blocked?: string | undefined
  /** Alarms, offline partitions, refused parts: each a sentence. */
  readonly problems: readonly Problem[]
}

/** Settings, bindings, partitions and consumers of one destination. */
export type DestinationParts = Pick<DestinationDetail, 'settings' | 'bindings' | 'partitions' | 'consumers'>
export interface DestinationDescription extends DestinationInfo {
  readonly sample: DestinationSample
  readonly parts: DestinationParts
}

export interface Probe {
  readonly version: string
  /** Cluster name or id. */
  readonly identity: string
  /** Who we are there. */
  readonly user: string | null
  /** What these credentials and addresses allow; facets that are missing say why. */
  readonly abilities: Abilities
  readonly problems: readonly Problem[]
}
