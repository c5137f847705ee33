import type { BrokerInstance } from '../../../scripts/brokers/index.ts'

/** A message as it lies in the target: what it is, and under which replay it came. */
export interface Arrived {
  readonly body: string
  readonly replayId: string | null
}

/** One dead-letter destination with its origin on a real broker, filled and read by the plain client. */
export interface World {
  readonly kind: 'rabbitmq' | 'kafka' | 'redis'
  /** Its entry in signalbox.yaml; `id` is the kind. */
  readonly broker: Record<string, unknown>
  readonly origin: string
  readonly deadLetters: string
  /** True where a replay takes the message out of the source; a log keeps everything. */
  readonly removes: boolean
  /** Puts `count` messages with the bodies `message 0` … into the dead-letter destination, as a failed worker leaves them. */
  seed(count: number): Promise<void>
  readOrigin(): Promise<readonly Arrived[]>
  /** Bodies, oldest first. */
  readDeadLetters(): Promise<readonly string[]>
  close(): Promise<void>
}

export type OpenWorld = (instance: BrokerInstance, name: string) => Promise<World>

export const replayIdHeader = 'signalbox-replay-id'
