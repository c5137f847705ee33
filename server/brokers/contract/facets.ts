import type { Effect } from '../../../lib/schemas/ability.ts'
import type { ActResult, Connection } from '../../../lib/schemas/connection.ts'
import type { Evidence } from '../../../lib/schemas/destination.ts'
import type { Scanned } from '../../../lib/schemas/message.ts'
import type { OffsetPart, OffsetPlan, OffsetRow, OffsetTarget } from '../../../lib/schemas/offset.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Call } from './call.ts'
import type { BrokerMessage, Outgoing, PublishOutcome, PublishTarget } from './message.ts'
import type { DestinationRef } from './ref.ts'
import type { GroupSample } from './snapshot.ts'

export type BrowseFrom =
  | { readonly kind: 'newest' }
  | { readonly kind: 'oldest' }
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'time'; readonly atMs: number }

export interface BrowseRequest {
  /** Absent: `newest` where offered, else `oldest`. A valid `from` the destination lacks throws `unsupported`; a position that does not parse, `bad_request`. */
  readonly from?: BrowseFrom | undefined
  readonly partition?: number | undefined
  readonly limit: number
  /** Stop after this many bytes of bodies and answer `next`. */
  readonly maxBytes: number
  /** `next` of the page before; excludes `from`. */
  readonly cursor?: string | undefined
}

export interface BrowsePage {
  /** `oldest`, position and time ascend; `newest` descends. Partitions merged by timestamp, offset order kept. */
  readonly messages: readonly BrokerMessage[]
  readonly next: string | null
  readonly effects: readonly Effect[]
  readonly scanned: Scanned
  readonly problems: readonly Problem[]
}

export interface BrowseFacet {
  /**
   * Looks without taking. A look that could destroy (delivery limit nearly reached, drop-head while full,
   * auto-delete on the last consumer) throws `conflict` with `detail.reason = "would-destroy"`.
   */
  read(ref: DestinationRef, request: BrowseRequest, call: Call): Promise<BrowsePage>
  /** One message by id; `not_found` when it is gone or beyond reach. On a queue this is a look, with its effects. */
  get(ref: DestinationRef, id: string, call: Call): Promise<BrokerMessage>
}

export interface TailFacet {
  /** What arrives from now on, until the call ends. */
  follow(ref: DestinationRef, call: Call): AsyncIterable<BrokerMessage>
}

/** Pipelines sends for a run, on its own connection where that helps. Outcomes stand in the order of the batch. */
export interface Publisher {
  /** Never throws for one message's fate: that is its outcome. Several sends may be in flight. */
  send(batch: readonly Outgoing[], call: Call): Promise<readonly PublishOutcome[]>
  close(): Promise<void>
}

export interface PublishFacet {
  openPublisher(call: Call): Promise<Publisher>
  /** Throws `not_found`, `unsupported`, `bad_request` (a tombstone where there is none, a wrong partition) before anything is sent. */
  check(target: PublishTarget, call: Call): Promise<void>
  /** Where a message can be found again (logs): the end now, and what carries `header` from there on. */
  readonly verify?: {
    mark(ref: DestinationRef, call: Call): Promise<string>
    findSince(
      ref: DestinationRef,
      mark: string,
      header: string,
      call: Call,
    ): AsyncIterable<{ value: string; position: string }>
  }
}

export interface Claim {
  readonly message: BrokerMessage
  /** The driver's own handle; means nothing to anybody else. */
  readonly token: unknown
}

export type ClaimSelection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  /** The first `count` from the head (queues), with no second look. */
  | { readonly kind: 'head'; readonly count: number }

export interface ClaimRequest {
  readonly select: ClaimSelection
  /** How many may be held at once; follows the run's rate. */
  readonly window: number
}

export interface ClaimSession {
  /**
   * Up to `max` selected messages. Empty means this session can reach no more: `ended` then says why.
   * A session is short (60 s, 10,000 messages, 64 MB): what is held is invisible to workers.
   */
  next(max: number, call: Call): Promise<readonly Claim[]>
  readonly ended: null | 'done' | 'beyond-reach' | 'budget' | 'lost'
  /** `remove` after the target confirmed; `release` puts back. Acknowledged in batches. Throws `unreachable` when the hold was lost (then the broker has it again). */
  settle(claims: readonly Claim[], verdict: 'remove' | 'release', call: Call): Promise<void>
  /** Publish and settle in one transaction, where source and target allow it; outcomes in order. */
  readonly move?:
    | ((
        moves: readonly { claim: Claim; outgoing: Outgoing }[],
        call: Call,
      ) => Promise<readonly PublishOutcome[]>)
    | undefined
  /** Returns everything still held, in the order that keeps the queue's order, and closes. Safe to call twice. */
  close(): Promise<void>
  /** What holding did to the messages that were put back. */
  readonly effects: readonly Effect[]
  /** Queues: how many messages equal to this id (`queueMessageId`) came by in this session so far, selected or not. */
  readonly copiesSeen?: ((id: string) => number) | undefined
}

export interface ClaimFacet {
  /** `queue` gives away from the head and takes back; `log` reads any id at will. */
  shapeOf(ref: DestinationRef): 'queue' | 'log'
  /** What settling with `remove` does: the message leaves, or only our ledger marks it. */
  settlesOf(ref: DestinationRef): 'removes' | 'marks'
  /** Exact count now, asked live. */
  count(ref: DestinationRef, call: Call): Promise<number>
  /** Logs: every id up to the end as it is now, oldest first, in pages; a million ids are no memory problem. */
  freeze(ref: DestinationRef, call: Call): AsyncIterable<readonly string[]>
  /** What a claim over this selection will do to the broker, before it is done. Throws `conflict` where it could destroy. */
  effects(ref: DestinationRef, request: ClaimRequest, call: Call): Promise<readonly Effect[]>
  open(ref: DestinationRef, request: ClaimRequest, call: Call): Promise<ClaimSession>
  /** In words, when `move` would be used between these two on this connection; null otherwise. */
  transaction?(source: DestinationRef, target: PublishTarget): string | null
}

/** Durable on resolve: only then may the driver remove what it handed over. */
export type BackupSink = (messages: readonly BrokerMessage[]) => Promise<void>

export interface PurgeFacet {
  /** Backs up, then removes, until the count (queue) or end (log) seen at the start is reached; what arrives meanwhile stays. */
  purge(ref: DestinationRef, sink: BackupSink, call: Call): Promise<{ removed: number }>
}

export interface ManageFacet {
  /** Creates a durable destination of the given type like its neighbours, for parking and holding; no error when it exists alike. */
  ensure(ref: DestinationRef, call: Call): Promise<void>
  /** Removes an empty destination; `conflict` when it is not empty. */
  removeEmpty(ref: DestinationRef, call: Call): Promise<void>
}

export interface GroupsFacet {
  /** `key` as in a sample; every partition of each topic in the group, read live. */
  describe(key: string, call: Call): Promise<GroupSample>
  /** Takes a delivered, unacknowledged entry off its group (Redis XACK); returns how many were pending. */
  acknowledge?(ref: DestinationRef, group: string, ids: readonly string[], call: Call): Promise<number>
  /** What removing this member does, in a sentence, before it is done. Throws `not_found`. */
  removalEffect?(key: string, member: string, call: Call): Promise<string>
  /** Takes a member out of its group (Kafka: it rejoins unless it is gone; Redis: deletes the consumer, which must hold nothing: `conflict`). */
  removeMember?(key: string, member: string, call: Call): Promise<ActResult>
  /** Hands pending entries to another consumer without delivering them (Redis XCLAIM JUSTID); one that is less idle than `minIdleMs` stays. */
  claimPending?(
    key: string,
    request: {
      readonly ref: DestinationRef
      readonly ids: readonly string[]
      readonly consumer: string
      readonly minIdleMs: number
    },
    call: Call,
  ): Promise<ActResult>
  /** Counts exactly what the broker only estimates or does not know, up to `limit` messages (Redis XRANGE). */
  countLag?(
    key: string,
    part: OffsetPart,
    limit: number,
    call: Call,
  ): Promise<{ readonly count: number; readonly isWhole: boolean }>
}

/** Where a group stands, and moving it. Reading is harmless; a group with active members is never moved. */
export interface OffsetsFacet {
  /** Old and new position of each partition, and what that skips or reads again; changes nothing. `bad_request` for what the broker cannot express. */
  plan(
    key: string,
    request: { readonly target: OffsetTarget; readonly parts?: readonly OffsetPart[] | undefined },
    call: Call,
  ): Promise<OffsetPlan>
  /**
   * Sets them. Throws `conflict` while members are active (`detail.members`) or when a row's `old` no longer
   * holds (`detail.moved`); then nothing was changed. One that fails in the middle says which rows were set.
   */
  apply(
    key: string,
    rows: readonly Pick<OffsetRow, 'destination' | 'partition' | 'old' | 'next'>[],
    call: Call,
  ): Promise<void>
}

/** Who is connected, what it holds, and sending it away. */
export interface ConnectionsFacet {
  list(
    request: {
      /** Only those that read from, or hold messages of, this one. */
      readonly destination?: DestinationRef | undefined
      readonly cursor?: string | undefined
      readonly limit: number
    },
    call: Call,
  ): Promise<{
    readonly items: readonly Connection[]
    readonly next: string | null
    readonly problems: readonly Problem[]
  }>
  /** Closes it at the broker; `not_found` when it is gone, `forbidden` for our own. */
  close?(id: string, reason: string, call: Call): Promise<ActResult>
}

/** Rejects of `from` go to `to`. `to` null: the broker drops them (a dead-letter exchange that does not exist). */
export interface DeadLetterEdge {
  readonly from: DestinationRef
  readonly to: DestinationRef | null
  readonly role: 'dead-letter' | 'retry'
  readonly via: string
  readonly evidence: Evidence
  /** Header (field) names that hold the failure here, where configured. */
  readonly fields?:
    | {
        readonly cause?: string | undefined
        readonly attempts?: string | undefined
        readonly origin?: string | undefined
      }
    | undefined
}

export interface DeadLettersFacet {
  /** What the broker itself says about where rejects go. */
  edges(call: Call): Promise<readonly DeadLetterEdge[]>
}

/** The sandbox's own play: a worker that breaks and heals. */
export interface SandboxFacet {
  /** `deadLetters`: where what the broken worker cannot do ends up. */
  state(): { readonly workerBroken: boolean; readonly deadLetters: DestinationRef | null }
  breakWorker(): void
  healWorker(): void
}
