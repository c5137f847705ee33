import type { Verdict } from '../../schemas/need.ts'

export interface PartFacts {
  readonly name: string
  /** Null: not known, whatever the reason. */
  readonly lag: number | null
  /** How long the commit has not moved, with messages waiting, while we watched; null: not watched. */
  readonly stillMs: number | null
  /** The commit was seen to move, or messages to begin to wait; otherwise `stillMs` is only how long we watch. */
  readonly hasMoved: boolean
  /** Messages that arrived since the commit last moved; null: not countable. */
  readonly arrived: number | null
  readonly member: string | null
  /** How long the last commits spanned; null: fewer than two were seen. */
  readonly spanMs?: number | null
  /** Set back, and not yet where it was; `messages` null: not countable. */
  readonly rewound?: { readonly messages: number | null; readonly agoMs: number } | null
  /** Messages the log dropped before they were read; null: none, or not known. */
  readonly lost?: number | null
  /** The next message was seen with a time of its own, so that it is no marker; null: not known. */
  readonly isMessage?: boolean | null
}

/** All a verdict on a group may follow from. What is left out is not known. */
export interface GroupFacts {
  readonly part: 'partition' | 'stream'
  readonly state: string
  /** Null where they could not be read. */
  readonly members: number | null
  readonly parts: readonly PartFacts[]
  /** Why nothing is counted, where nothing is. */
  readonly unknownReason: string
  /** Delivered and not acknowledged for long, or again and again; null where the broker does not tell. */
  readonly overdue: {
    readonly entries: number
    readonly oldestMs: number
    readonly deliveries: number
  } | null
  /** A member was seen to ask for messages within the last minute; null where the broker does not tell. */
  readonly isFetching?: boolean | null
  /** Under way, or over for less than two samples; `forMs` since it began, as far as we saw. */
  readonly rebalance?: { readonly isOver: boolean; readonly forMs: number } | null
  /** Messages a second over the last minutes; null: not known. */
  readonly arriving: number | null
  readonly reading: number | null
  /** Nothing waited at least once in the last minutes. */
  readonly wasCaughtUp: boolean
  /** The lag did not fall from one look to the next over the last minutes; null: too few looks to say. */
  readonly neverFell?: { readonly from: number; readonly overMs: number } | null
  /** In about how long the log drops what was not read; null: not soon, or not known. */
  readonly lossInMs?: number | null
  /** How long the group is watched; null: not at all. */
  readonly watchedMs: number | null
  readonly next?: Verdict['next']
}

/** All a verdict on a queue, or a dead-letter destination of any kind, may follow from. Null: not known. */
export interface QueueFacts {
  readonly state: string
  readonly depth: number | null
  readonly unknownReason: string
  readonly ready: number | null
  readonly unacked: number | null
  readonly consumers: number | null
  /** Null: an ordinary queue. `retry` and `parking` are meant to keep what they hold. */
  readonly role: 'dead-letter' | 'retry' | 'parking' | null
  /** Where its dead letters come from. */
  readonly origins: readonly string[]
  /** Dead letters nobody has replayed yet; null: not known. */
  readonly open: number | null
  /** What most of those that were looked at died of; null: none was looked at, or they do not say. */
  readonly cause: { readonly words: string; readonly count: number; readonly of: number } | null
  /** How many more dead letters there are than so long ago. */
  readonly grown: { readonly by: number; readonly overMs: number } | null
  /** Messages a second, now. */
  readonly arriving: number | null
  readonly leaving: number | null
  readonly acking: number | null
  /** How long something has waited here without a break, while we watched. */
  readonly waitingMs: number | null
  /** How long nobody has consumed, while we watched; `hadConsumers`: somebody was seen before. */
  readonly nobodyMs: number | null
  readonly hadConsumers: boolean
  /** How long nothing was acknowledged with messages held, while we watched. */
  readonly unackedMs: number | null
  /** The most messages it may hold, where the broker tells. */
  readonly limit: number | null
  /** How long the queue is watched; null: not at all. */
  readonly watchedMs: number | null
  readonly next?: Verdict['next']
}

export interface BrokerFacts {
  readonly state: 'up' | 'degraded' | 'down' | 'connecting' | 'found'
  readonly reason: string | null
  /** Why it refuses messages. */
  readonly blocked: string | null
  readonly address: string
  readonly sinceMs: number | null
  readonly next?: Verdict['next']
}

export interface NodeFacts {
  /** running, down, unknown, or the broker's own word. */
  readonly state: string
  readonly problems: readonly string[]
  readonly role: string | null
  readonly next?: Verdict['next']
}

/** A replay run that did not end as it should. */
export interface ReplayFacts {
  readonly state: string
  readonly problem: string | null
  readonly uncertain: number
  readonly sinceMs: number | null
  readonly next?: Verdict['next']
}
