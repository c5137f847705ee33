import type { Unit } from '@/lib/schemas/reading'
import type { Series } from '@/lib/schemas/series'

/** A colour of the palette, by its token. */
export type Tone = 's1' | 's2' | 's3' | 's4' | 's5' | 's6' | 's7' | 's8' | 'crit'

/** What of a series is drawn. */
export type Drawn = Pick<
  Series,
  'points' | 'low' | 'high' | 'estimated' | 'breaks' | 'stepMs' | 'tier' | 'quality' | 'unit'
>

export interface ChartLine {
  readonly id: string
  readonly label: string
  readonly tone: Tone
  readonly series: Drawn
  /** The wash beneath it: lines that lie on each other have none. */
  readonly filled?: boolean
  readonly axis?: Axis
}
export type Axis = 'left' | 'right'

/** The time a chart shows, the same for all charts of a page. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Something that happened, drawn as a dotted vertical. */
export interface Mark {
  readonly id: string
  readonly atMs: number
  readonly untilMs?: number
  /** A word or two: what stands in the chart. */
  readonly label: string
  /** The whole sentence. */
  readonly text: string
}

export type ScaleKind = 'linear' | 'log'

/** Where the values are expected to go: from the last one known. Always dashed. */
export interface Forecast {
  readonly of: string
  readonly points: readonly (readonly [number, number])[]
}

export type { Unit }
