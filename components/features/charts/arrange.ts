import { type ChartLine, palette } from '@/components/charts'
import { nameOfSeries, type SeriesOf } from '@/lib/queries/series'
import type { Unit } from '@/lib/schemas/reading'
import type { Series } from '@/lib/schemas/series'

/** A series of the comparison: its colour is its place in the list, whatever becomes of the others. */
export interface Compared {
  readonly of: SeriesOf
  readonly label: string
  readonly series: Series | undefined
}

export interface ArrangedChart {
  readonly id: string
  readonly title: string
  readonly unit: Unit | null
  readonly lines: readonly ChartLine[]
  /** Places in the list of what is drawn here. */
  readonly of: readonly number[]
}

/** One unit an axis: up to two units share a chart, more stand beneath each other over the same time. */
export function arrange(list: readonly Compared[]): ArrangedChart[] {
  const units = [...new Set(list.map(({ series }) => series?.unit ?? null))].filter(
    (unit) => unit !== null || list.every(({ series }) => !series?.unit),
  )
  const of = (unit: Unit | null) =>
    list.flatMap(({ series }, index) => ((series?.unit ?? units[0] ?? null) === unit ? [index] : []))
  const linesOf = (places: readonly number[], axis: 'left' | 'right') =>
    places.flatMap((place): ChartLine[] => {
      const one = list[place]
      if (!one?.series) return []
      const tone = palette[place % palette.length] ?? 's1'
      return [{ id: nameOfSeries(one.of), label: one.label, tone, axis, series: one.series }]
    })
  const [first = null, second] = units
  if (units.length === 2 && second !== undefined) {
    const [left, right] = [of(first), of(second)]
    return [
      {
        id: 'all',
        title: 'Compared',
        unit: null,
        lines: [...linesOf(left, 'left'), ...linesOf(right, 'right')],
        of: [...left, ...right],
      },
    ]
  }
  return units.map((unit) => ({
    id: unit ?? 'all',
    title: 'Compared',
    unit,
    lines: linesOf(of(unit), 'left'),
    of: of(unit),
  }))
}
