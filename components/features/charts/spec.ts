import type { Tone } from '@/components/charts'
import type { SeriesOf } from '@/lib/queries/series'
import type { Unit } from '@/lib/schemas/reading'

export interface LineSpec {
  readonly of: SeriesOf
  readonly label: string
  readonly tone: Tone
  readonly filled?: boolean
}

/** One chart of a page: what it shows, before anything is known of it. */
export interface ChartSpec {
  readonly id: string
  readonly title: string
  readonly unit: Unit
  readonly lines: readonly LineSpec[]
  /** Why the broker cannot measure it here; null: it can, or may. */
  readonly unsupported: string | null
  readonly canLog?: boolean
  /** Twice as wide as the others, where there is room. */
  readonly wide?: boolean
}
