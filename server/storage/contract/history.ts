import type { Quality, Readings, Unit } from '../../../lib/schemas/reading.ts'
import type { SeriesTier } from '../../../lib/schemas/series.ts'

export type HistoryScope = 'broker' | 'destination' | 'group' | 'node'

/** Whose readings: of the broker itself, or of something in it by its id. */
export interface HistorySubject {
  readonly scope: HistoryScope
  /** Empty of the broker itself. */
  readonly id: string
  /** Another one is another life under the same name; undefined says nothing about it. */
  readonly incarnation?: string | undefined
  /** Only what is `ok` is kept; everything else is a gap. */
  readonly readings: Readings
}

/** All that one sample of a broker told. What it leaves out is unknown from then on. */
export interface HistorySample {
  readonly broker: string
  readonly atMs: number
  /** The next sample is due after so long: until then these readings stand. */
  readonly everyMs: number
  readonly subjects: Iterable<HistorySubject>
  /** Told of a time before we came: kept only where it is newer than all that is kept of this broker. */
  readonly isPast?: boolean
}

export interface HistoryRequest {
  readonly broker: string
  readonly scope: HistoryScope
  readonly id: string
  readonly metric: string
  readonly fromMs: number
  readonly toMs: number
  /** The finest wanted; where it is not kept (or not yet rolled up), another one answers. */
  readonly tier: SeriesTier
}

/** One a reading or roll-up, ascending by `at`, all of the same length. Between two that do not touch nothing is known. */
export interface HistoryPoints {
  /** Epoch ms. */
  readonly at: Float64Array
  /** Until when it stands (exclusive). */
  readonly until: Float64Array
  readonly average: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** How many readings it is made of; 0: none fell into it, the one before still stood. */
  readonly count: Float64Array
  /** Index into `qualities`: the worst of its readings. */
  readonly quality: Uint8Array
}
/** From best to worst. */
export const qualities = ['exact', 'approximate', 'estimated'] as const satisfies readonly Quality[]

export interface HistoryAnswer {
  readonly unit: Unit | null
  /** The first moment something is kept of it; null: nothing is. */
  readonly sinceMs: number | null
  /** The coarsest that was needed. */
  readonly tier: SeriesTier
  readonly points: HistoryPoints
  /** Where another incarnation begins. */
  readonly breaks: readonly number[]
}

/** Figures of the store itself. */
export interface HistoryFigures {
  /** Series that are written now, and the most there may be. */
  readonly liveSeries: number
  readonly maxSeries: number
  /** All that still have an id. */
  readonly knownSeries: number
  readonly bytes: number
  readonly maxBytes: number
  /** Series that found no room, and samples that were not written, since the start. */
  readonly droppedSeries: number
  readonly droppedSamples: number
  readonly writtenSamples: number
  /** What is wrong with it now, each a sentence. */
  readonly problems: readonly string[]
}

/**
 * Readings over time: raw for 24 hours, by the minute for 14 days, by the hour for 13 months. Roll-ups keep the
 * average, the lowest and the highest. Bounded by age, by bytes and by the number of series; one writer.
 */
export interface HistoryRepository {
  /** Survives the death of the process when it resolves. Never throws: what could not be written is counted. */
  append(sample: HistorySample): Promise<void>
  read(request: HistoryRequest): Promise<HistoryAnswer>
  /** Nothing more comes of this broker; what is kept stays. */
  forget(broker: string): void
  /** As of the last clean-up. */
  figures(): HistoryFigures
  close(): Promise<void>
}
