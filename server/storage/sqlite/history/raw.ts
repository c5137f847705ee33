import { joinPoints, newPoints, type Points } from '../../../../lib/domain/fold-points.ts'
import { chunkId, ownerOf, partOf, readChunk, slotOf, slotRange } from './chunk.ts'
import type { Shelf } from './shelf.ts'
import { dayMs, decodeTicks, floorTo, standsUntil, type Tick } from './times.ts'

/** Ticks of a broker with the values of a series at each, from a chunk or from the journal. */
export interface RawPart {
  readonly ticks: readonly Tick[]
  readonly values: Float64Array
  readonly qualities: Uint8Array
}
/** Where chunks of a broker lie. */
export interface RawPlace {
  readonly dayFromMs: number
  readonly slot: number
  readonly part: number
  readonly ticks: readonly Tick[]
}

/** What the raw files hold of a broker between two times, whole segments, in order of time. */
export function findPlaces(
  shelf: Shelf,
  broker: number,
  { fromMs, toMs, segmentLength }: { fromMs: number; toMs: number; segmentLength: number },
): RawPlace[] {
  const places: RawPlace[] = []
  for (let day = floorTo(fromMs, dayMs); day < toMs; day += dayMs) {
    const first = Math.floor((Math.max(fromMs, day) - day) / segmentLength)
    const last = Math.floor((Math.min(toMs, day + dayMs) - 1 - day) / segmentLength)
    shelf.use('raw', day, false, (file) => {
      for (const row of file.listTicks.all(...slotRange(first, last))) {
        const id = Number(row.id)
        if (ownerOf(id) !== broker) continue
        const ticks = decodeTicks(row.body as Uint8Array)
        places.push({ dayFromMs: day, slot: slotOf(id), part: partOf(id), ticks })
      }
    })
  }
  return places
}

/** Values of one subject in these places, for each metric that is wanted. */
export function readPlaces(
  shelf: Shelf,
  places: readonly RawPlace[],
  subject: number,
  wants: (metric: number) => boolean,
  onPart: (metric: number, part: RawPart) => void,
): void {
  for (const { dayFromMs, slot, part, ticks } of places) {
    shelf.use('raw', dayFromMs, false, (file) => {
      const row = file.getChunk.get(chunkId(slot, part, subject))
      if (!row) return
      readChunk(row.body as Uint8Array, 1, ticks.length, wants, (metric, [column]) => {
        if (column) onPart(metric, { ticks, ...column })
      })
    })
  }
}

/** When the next reading came, or was due, after each tick there was. */
export function standing(ticks: readonly Tick[]): Map<number, number> {
  return new Map(ticks.map((tick, index) => [tick.atMs, standsUntil(tick, ticks[index + 1]?.atMs)]))
}

/** One point a reading, in order of time; parts may overlap, then the later part counts. */
export function toPoints(parts: readonly RawPart[], untilOf: ReadonlyMap<number, number>): Points {
  const pieces = parts.map(({ ticks, values, qualities }) => {
    const points = newPoints(ticks.length)
    for (const [index, { atMs, everyMs }] of ticks.entries()) {
      const value = values[index] ?? Number.NaN
      points.at[index] = atMs
      points.until[index] = untilOf.get(atMs) ?? atMs + everyMs
      for (const column of [points.average, points.low, points.high]) column[index] = value
      points.count[index] = 1
      points.quality[index] = qualities[index] ?? 0
    }
    return points
  })
  return inOrder(joinPoints(pieces))
}

/** As it is where it ascends, which is nearly always. */
function inOrder(points: Points): Points {
  const { at } = points
  if (at.every((value, index) => index === 0 || value > (at[index - 1] ?? 0))) return points
  const newest = new Map([...at].map((value, index) => [value, index]))
  const order = [...newest].sort(([a], [b]) => a - b)
  const sorted = newPoints(order.length)
  const names = ['at', 'until', 'average', 'low', 'high', 'count', 'quality'] as const
  for (const [to, [, from]] of order.entries())
    for (const name of names) sorted[name][to] = points[name][from] ?? 0
  return sorted
}
