import { destinationPath } from '../../format/paths.ts'
import type { Destination } from '../../schemas/destination.ts'
import type { Reading } from '../../schemas/reading.ts'
import { knownValue } from '../known-value.ts'
import type { QueueFacts } from './facts.ts'

/** What was seen of a queue while we watched. */
export interface QueueWatch {
  readonly waitingMs: number | null
  readonly nobodyMs: number | null
  readonly hadConsumers: boolean
  readonly unackedMs: number | null
  readonly watchedMs: number | null
  readonly grown: QueueFacts['grown']
}
export const neverWatched: QueueWatch = {
  waitingMs: null,
  nobodyMs: null,
  hadConsumers: false,
  unackedMs: null,
  watchedMs: null,
  grown: null,
}

/** A destination as it was read, with or without what the API adds. */
export type ReadDestination = Pick<
  Destination,
  'id' | 'type' | 'state' | 'readings' | 'deadLetter' | 'internal'
>

/** Only what gives its messages away is judged, and what keeps dead letters; a log is read by groups. */
export function isJudged({ type, deadLetter, internal }: ReadDestination): boolean {
  return !internal && (deadLetter.isDeadLetter || type === 'queue' || type === 'list')
}

/** `open`: dead letters nobody has replayed yet, where it keeps some. */
export function factsOfQueue(
  broker: string,
  row: ReadDestination,
  open: Reading | undefined,
  watch: QueueWatch,
  cause: QueueFacts['cause'] = null,
): QueueFacts {
  const { readings, deadLetter } = row
  const isDead = deadLetter.isDeadLetter
  const role = isDead ? 'dead-letter' : deadLetter.role === 'dead-letter' ? null : (deadLetter.role ?? null)
  return {
    ...watch,
    state: row.state,
    depth: knownValue(readings.depth),
    unknownReason: reasonOf(readings.depth),
    ready: knownValue(readings.ready),
    unacked: knownValue(readings.unacked),
    consumers: knownValue(readings.consumers),
    role,
    origins: deadLetter.origins.map((origin) => origin.name),
    open: knownValue(open),
    cause: isDead ? cause : null,
    arriving: knownValue(readings.inRate),
    leaving: knownValue(readings.ackRate) ?? knownValue(readings.outRate),
    acking: knownValue(readings.ackRate) ?? knownValue(readings.outRate),
    limit: knownValue(readings.maxLength),
    next: { label: isDead ? 'Triage' : 'Open', href: destinationPath(broker, row.id) },
  }
}

function reasonOf(reading: Reading | undefined): string {
  if (!reading) return 'the broker does not report it'
  return reading.state === 'ok' ? '' : reading.reason
}
