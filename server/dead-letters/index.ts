import type { DeadLetterQuery } from '../../lib/api/queries.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import type { Call, Caller } from '../brokers/contract/index.ts'
import type { HeaderSighting } from './contract.ts'
import { type DeadLetterPage, listDeadLetters, openOf } from './list.ts'
import type { DeadLetterPorts, KnownDestination } from './ports.ts'
import { Scout } from './scout.ts'

export { detectDeadLetters } from './detect.ts'
export { hintsOf } from './hints.ts'
export type { DeadLetterPorts, KnownBroker } from './ports.ts'
export { readFailure } from './read-failure.ts'

export interface DeadLettersEngine {
  list(query: DeadLetterQuery, caller: Caller, call: Call): Promise<DeadLetterPage>
  /** Dead letters of one place that nobody has replayed yet, as it was last read. */
  openOf(broker: string, row: KnownDestination, caller: Caller): Promise<Reading>
  /** What looks at messages told so far; `detectDeadLetters` takes it. */
  sightingsOf(broker: string): readonly HeaderSighting[]
  /** The broker went, or is another now: what was seen there counts no more. */
  forget(broker: string): void
  /** One bounded round of looking at headers, where looking has no effect. Never rejects; nobody needs to wait. */
  look(): Promise<void>
  start(): void
  stop(): Promise<void>
}

const firstLookMs = 5_000
const lookEveryMs = 60_000

/** Finds dead letters over all brokers; learns of more by looking at a few messages now and then. */
export function createDeadLetters<Row extends KnownDestination>(
  ports: DeadLetterPorts<Row>,
): DeadLettersEngine {
  const scout = new Scout(ports)
  const timers: NodeJS.Timeout[] = []
  const look = () => void scout.look()
  return {
    list: (query, caller, call) => listDeadLetters(ports, query, caller, call),
    openOf: (broker, row, caller) => openOf(ports, broker, row, caller),
    sightingsOf: (broker) => scout.sightingsOf(broker),
    forget: (broker) => scout.forget(broker),
    look: () => scout.look(),
    start() {
      timers.push(setTimeout(look, firstLookMs).unref(), setInterval(look, lookEveryMs).unref())
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      await scout.stop()
    },
  }
}
