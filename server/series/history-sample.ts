import type { Node } from '../../lib/schemas/node.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import type { HistorySample, HistorySubject } from '../storage/contract/history.ts'

/** One sample of a broker as the sampler knows it. */
export interface ToldSample extends Pick<HistorySample, 'broker' | 'atMs' | 'everyMs' | 'isPast'> {
  readonly readings: Readings
  readonly destinations: Iterable<{
    readonly id: string
    readonly incarnation?: string | undefined
    readonly readings: Readings
  }>
  readonly groups: Iterable<{
    readonly id: string
    readonly sample: {
      readonly total: Reading
      readonly totalSeconds?: Reading | undefined
      readonly readings?: Readings | undefined
    }
  }>
  readonly nodes: readonly Pick<Node, 'id' | 'readings'>[]
}

/** What of it is kept as history: no partitions, they are as many as there are and come and go. */
export function toHistory(told: ToldSample): HistorySample {
  const { broker, atMs, everyMs, isPast = false } = told
  return { broker, atMs, everyMs, isPast, subjects: subjectsOf(told) }
}

function* subjectsOf(told: ToldSample): Generator<HistorySubject> {
  yield { scope: 'broker', id: '', readings: told.readings }
  for (const { id, incarnation, readings } of told.destinations)
    yield { scope: 'destination', id, incarnation, readings }
  for (const { id, sample } of told.groups) {
    const { total, totalSeconds, readings } = sample
    const seconds = totalSeconds ? { lagSeconds: totalSeconds } : {}
    yield { scope: 'group', id, readings: { lag: total, ...seconds, ...readings } }
  }
  for (const { id, readings } of told.nodes) yield { scope: 'node', id, readings }
}
