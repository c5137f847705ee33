import { foldPoints, joinPoints, newPoints, type Points } from '../../../../lib/domain/fold-points.ts'
import type { Catalogue } from './catalogue.ts'
import { ChunkWriter, chunkId, ownerOf, readChunk, rolledColumns, rollUpSlot, slotRange } from './chunk.ts'
import type { Column } from './column.ts'
import { rollBack } from './compact.ts'
import { findPlaces, type RawPart, readPlaces, standing, toPoints } from './raw.ts'
import type { Shelf } from './shelf.ts'
import { dayMs, rollUps, windowMs } from './times.ts'

const subjectsAStep = 200
const everything = () => true

export interface RollUpSources {
  readonly catalogue: Catalogue
  readonly shelf: Shelf
  readonly segmentLength: number
}

/** The minutes of a window from its raw readings, a few subjects at a time. Done twice it changes nothing. */
export function* rollMinutes(
  { catalogue, shelf, segmentLength }: RollUpSources,
  fromMs: number,
): Generator<void> {
  const { stepMs, length } = rollUps.minute
  // The segment before: its last readings still stand in the first minute.
  const span = { fromMs: fromMs - segmentLength, toMs: fromMs + windowMs, segmentLength }
  const places = new Map<number, ReturnType<typeof placesOf>>()
  const placesOf = (broker: number) => {
    const found = findPlaces(shelf, broker, span)
    const ticks = found.flatMap((place) => place.ticks).sort((a, b) => a.atMs - b.atMs)
    return { found, until: standing(ticks) }
  }
  const day = Math.floor((fromMs % dayMs) / segmentLength)
  const slots = slotRange(day, day + windowMs / segmentLength - 1)
  const subjects = shelf.use('raw', fromMs, false, (file) => ownersIn(file.listChunkIds.all(...slots))) ?? []
  yield* inSteps(subjects, (some) =>
    put(shelf, 'minute', fromMs, some, (subject) => {
      const broker = catalogue.brokerOf(subject)
      if (broker === undefined) return new Map()
      const own = places.get(broker) ?? placesOf(broker)
      places.set(broker, own)
      const byMetric = new Map<number, RawPart[]>()
      readPlaces(shelf, own.found, subject, everything, (metric, part) => {
        byMetric.set(metric, [...(byMetric.get(metric) ?? []), part])
      })
      return mapValues(byMetric, (parts) => foldPoints(toPoints(parts, own.until), fromMs, stepMs, length))
    }),
  )
}

/** The hours of a day from its minutes. Answers whose they were. */
export function* rollHours({ shelf }: RollUpSources, fromMs: number): Generator<void, ReadonlySet<number>> {
  const { stepMs, length } = rollUps.hour
  const subjects =
    shelf.use('minute', fromMs, false, (file) =>
      ownersIn(file.listChunkIds.all(...slotRange(0, dayMs / windowMs - 1))),
    ) ?? []
  yield* inSteps(subjects, (some) =>
    put(shelf, 'hour', fromMs, some, (subject) => {
      const byMetric = new Map<number, Points[]>()
      for (let window = fromMs; window < fromMs + dayMs; window += windowMs)
        readRolled(shelf, 'minute', window, subject, everything, (metric, points) => {
          byMetric.set(metric, [...(byMetric.get(metric) ?? []), points])
        })
      return mapValues(byMetric, (parts) => foldPoints(joinPoints(parts), fromMs, stepMs, length))
    }),
  )
  return new Set(subjects)
}

/** What a roll-up holds of one subject in the window, or day, that begins then; unknown steps are NaN. */
export function readRolled(
  shelf: Shelf,
  tier: 'minute' | 'hour',
  fromMs: number,
  subject: number,
  wants: (metric: number) => boolean,
  onMetric: (metric: number, points: Points) => void,
): void {
  const { stepMs, length } = rollUps[tier]
  shelf.use(tier, fromMs, false, (file) => {
    const row = file.getChunk.get(chunkId(rollUpSlot(tier, fromMs), 0, subject))
    if (!row) return
    readChunk(row.body as Uint8Array, rolledColumns, length, wants, (metric, columns) => {
      const points = newPoints(length)
      const [average, low, high, count] = columns
      points.at.forEach((_, index) => {
        points.at[index] = fromMs + index * stepMs
        points.until[index] = fromMs + (index + 1) * stepMs
      })
      points.average.set(average?.values ?? [])
      // Rounding may have put them apart by a thousandth.
      points.low.set(low?.values.map((value, index) => Math.min(value, points.average[index] ?? value)) ?? [])
      points.high.set(
        high?.values.map((value, index) => Math.max(value, points.average[index] ?? value)) ?? [],
      )
      points.count.set(count?.values ?? [])
      points.quality.set(average?.qualities ?? [])
      onMetric(metric, points)
    })
  })
}

function put(
  shelf: Shelf,
  tier: 'minute' | 'hour',
  fromMs: number,
  subjects: readonly number[],
  pointsOf: (subject: number) => ReadonlyMap<number, Points>,
): void {
  // Read before the transaction begins: a damaged source must not take this file with it.
  const writer = new ChunkWriter()
  const bodies = subjects.map((subject) => {
    for (const [metric, points] of pointsOf(subject)) {
      const column = (values: Float64Array): Column => ({ values, qualities: points.quality })
      const columns = [points.average, points.low, points.high, points.count].map(column)
      if (points.average.some((value) => !Number.isNaN(value))) writer.add(metric, columns)
    }
    return writer.take()
  })
  shelf.use(tier, fromMs, true, (file) => {
    file.db.exec('begin')
    try {
      for (const [index, body] of bodies.entries())
        if (body) file.putChunk.run(chunkId(rollUpSlot(tier, fromMs), 0, subjects[index] ?? 0), body)
      file.db.exec('commit')
    } catch (error) {
      rollBack(file)
      throw error
    }
  })
}

function ownersIn(rows: readonly Record<string, unknown>[]): number[] {
  return [...new Set(rows.map((row) => ownerOf(Number(row.id))))].sort((a, b) => a - b)
}

function* inSteps(all: readonly number[], work: (some: readonly number[]) => void): Generator<void> {
  for (let at = 0; at < all.length; at += subjectsAStep) {
    work(all.slice(at, at + subjectsAStep))
    yield
  }
}

function mapValues<K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): Map<K, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]))
}
