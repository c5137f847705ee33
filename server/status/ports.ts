import type { Event } from '../../lib/schemas/event.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import type { Call, Log } from '../brokers/contract/index.ts'
import type { HeaderSighting } from '../dead-letters/contract.ts'
import type { Row, Watched } from '../sampler/index.ts'
import type { RecentSeries } from '../series/index.ts'
import type { NeedRepository } from '../storage/contract/index.ts'

/** An event as this engine tells it: `at` is now where it is left out. */
export type News = Omit<Event, 'id' | 'at'> & { readonly at?: string }

/** All the engine knows of the world. */
export interface StatusPorts {
  /** The connected brokers as they were last read; no call is made for this. */
  readonly watched: () => readonly Watched[]
  readonly recentOf: (brokerId: string) => RecentSeries | null
  /** Waits a little for current values of a broker; keeps the old ones when they do not come. */
  readonly freshen: (brokerId: string, call: Call) => Promise<void>
  /** Dead letters of this place that nobody has replayed yet; asks the broker nothing. */
  readonly openOf: (brokerId: string, row: Row) => Promise<Reading>
  /** What looks at messages told so far of this broker's destinations. */
  readonly sightingsOf: (brokerId: string) => readonly HeaderSighting[]
  /** The newest runs. */
  readonly replays: () => Promise<readonly Replay[]>
  readonly needs: NeedRepository
  /** Never throws. */
  readonly tell: (news: News) => Promise<Event | null>
  readonly endEvent: (id: string, untilMs: number) => Promise<void>
  readonly now: () => number
  readonly log: Log
}
