import type { Destination } from '../schemas/destination.ts'
import type { Reading } from '../schemas/reading.ts'

/** What judging and filtering a destination needs: as the API shows it, or as the sampler holds it. */
export type DestinationFacts = Pick<
  Destination,
  'name' | 'namespace' | 'type' | 'variant' | 'state' | 'internal' | 'deadLetter'
> & {
  readonly readings: Readonly<Record<string, Reading>>
  readonly problems?: readonly { readonly scope: string; readonly message: string }[] | undefined
}

const healthy = /^(running|idle|online|active|stable|ok|exists|ready|empty|live)$/
const broken = /^(down|crashed|stopped|leaderless|offline|terminated|failed)$/

/** The broker's own word says that it does not work. */
export function isBroken(state: string): boolean {
  return broken.test(state)
}

/** The number as it is drawn: known now, or known last; null for unknown, NaN where there is none by nature. */
export function drawnValue(reading: Reading | undefined): number | null {
  if (reading?.state === 'ok') return reading.value
  if (reading?.state === 'unsupported') return Number.NaN
  return reading?.last?.value ?? null
}

/** The mark beside a destination: trouble of its own, or dead letters waiting in it. */
export function destinationLevel(
  row: Pick<DestinationFacts, 'state' | 'deadLetter' | 'readings' | 'problems'>,
): 'ok' | 'warn' | 'crit' | 'unknown' {
  if (isBroken(row.state)) return 'crit'
  const { depth } = row.readings
  if (row.deadLetter.isDeadLetter && (drawnValue(depth) ?? 0) > 0) return 'crit'
  if ((row.problems?.length ?? 0) > 0) return 'warn'
  if (depth?.state === 'unavailable') return 'unknown'
  return healthy.test(row.state) || row.state === '' ? 'ok' : 'unknown'
}

/** A person should look: it is in trouble, or nothing is known of it. Old values alone are the broker's trouble. */
export function needsAttention(row: DestinationFacts): boolean {
  const level = destinationLevel(row)
  if (level === 'crit' || level === 'warn') return true
  const { depth } = row.readings
  return depth?.state === 'unavailable' && depth.last === undefined
}
