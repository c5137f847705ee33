import type { LiveSample } from '../../lib/schemas/live.ts'
import type { Log } from '../brokers/contract/index.ts'
import type { DetectDeadLetters, HeaderSighting } from '../dead-letters/contract.ts'
import type { HistorySample } from '../storage/contract/history.ts'
import type { Snapshot } from './book.ts'

/** All the sampler knows of the world beside the brokers it reads. */
export interface SamplerPorts {
  readonly detect: DetectDeadLetters
  /** What looks at messages told so far of this broker's destinations. */
  readonly sightingsOf: (brokerId: string) => readonly HeaderSighting[]
  /** An open live stream counts as watching. */
  readonly isWatchedLive: () => boolean
  /** A broker's state or readings changed. */
  readonly onBroker: (brokerId: string) => void
  readonly onSample: (sample: LiveSample) => void
  /** Read anew, or its roles found anew; once a change, whatever the number of viewers. */
  readonly onSnapshot: (brokerId: string, before: Snapshot | null, after: Snapshot) => void
  /** Once a sample, also one of the past: what is kept for longer than the last minutes. */
  readonly onHistory?: (sample: HistorySample) => void
  readonly now: () => number
  readonly log: Log
}
