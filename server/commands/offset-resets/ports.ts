import type { OffsetReset } from '../../../lib/schemas/offset.ts'
import type { FindBroker, Log } from '../../brokers/contract/index.ts'
import type { Storage } from '../../storage/contract/index.ts'

export interface OffsetResetPorts {
  readonly findBroker: FindBroker
  readonly storage: Pick<Storage, 'offsetResets' | 'audit'>
  /** A reset began, moved on or ended. */
  readonly onChange: (reset: OffsetReset) => void
  /** Offsets were set there, or may have been: what was read before is old. */
  readonly touched: (broker: string) => void
  readonly now: () => number
  readonly log: Log
}
