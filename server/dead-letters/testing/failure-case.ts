import type { BrokerKind } from '../../../lib/schemas/broker.ts'
import type { BrokerMessage } from '../../brokers/contract/index.ts'
import type { FailureHints } from '../contract.ts'

/** One message and what is to be read from it. */
export interface FailureCase {
  name: string
  kind?: BrokerKind
  message: BrokerMessage
  hints?: FailureHints
  /** Null: nothing speaks of a failure. */
  expected: Record<string, unknown> | null
  /** Evidence as `field < header`; all of these must be there. */
  evidence?: string[]
  /** Not known, so not there. */
  absent?: string[]
  /** Exactly these headers are stripped. */
  strips?: string[]
}
