import type { Catalogue } from './catalogue.ts'
import { ChunkWriter, chunkId, maxParts, ownerOf, partOf, slotRange } from './chunk.ts'
import type { Journal, JournalTick } from './journal.ts'
import type { OpenFile, Shelf } from './shelf.ts'
import { readChanges } from './tick-body.ts'
import { dayMs, encodeTicks, type Tick } from './times.ts'

/** So many series are laid out at once: with 120 samples a segment they take 18 MB. */
const seriesABlock = 16_384

/**
 * Puts one broker's segment of the journal into chunks of its raw file, in one transaction. Done twice it changes
 * nothing: the process may die between this and the removal from the journal. Answers the series it held.
 */
export function compactSegment(
  { catalogue, journal, shelf }: { catalogue: Catalogue; journal: Journal; shelf: Shelf },
  { segmentMs, length: segmentLength }: { segmentMs: number; length: number },
  broker: number,
): { lastSeq: number } {
  const ticks = journal.ticks(segmentMs, broker)
  const lastSeq = ticks.at(-1)?.seq ?? 0
  const times = distinctTimes(ticks)
  const slot = Math.floor((segmentMs % dayMs) / segmentLength)
  shelf.use('raw', segmentMs, true, (file) => {
    const body = encodeTicks(times)
    const part = nextPart(file, slot, broker, body)
    if (part === null) return
    file.db.exec('begin')
    try {
      file.putTicks.run(chunkId(slot, part, broker), body)
      const bySubject = groupBySubject(seriesIn(ticks), catalogue)
      for (const block of blocksOf(bySubject))
        putBlock(file, block, ticks, times, (id) => chunkId(slot, part, id))
      file.db.exec('commit')
    } catch (error) {
      rollBack(file)
      throw error
    }
  })
  return { lastSeq }
}

/** Null when these very ticks stand there already, or there is no room for another part. */
function nextPart(file: OpenFile, slot: number, broker: number, body: Uint8Array): number | null {
  const own = file.listTicks.all(...slotRange(slot)).filter((row) => ownerOf(Number(row.id)) === broker)
  const isKnown = own.some((row) => Buffer.compare(row.body as Uint8Array, body) === 0)
  const part = own.length === 0 ? 0 : partOf(Number(own.at(-1)?.id)) + 1
  return isKnown || part >= maxParts ? null : part
}

export function rollBack({ db }: OpenFile): void {
  // A damaged file may have ended it by itself.
  if (db.isTransaction) db.exec('rollback')
}

/** In order of time; of two at one time the later told counts. */
export function distinctTimes(ticks: readonly Tick[]): Tick[] {
  const byTime = new Map(ticks.map(({ atMs, everyMs }) => [atMs, { atMs, everyMs }]))
  return [...byTime.values()].sort((a, b) => a.atMs - b.atMs)
}

function seriesIn(ticks: readonly JournalTick[]): Set<number> {
  const found = new Set<number>()
  for (const { body } of ticks) readChanges(body, (series) => void found.add(series))
  return found
}

type BySubject = Map<number, { series: number; metric: number }[]>

function groupBySubject(ids: ReadonlySet<number>, catalogue: Catalogue): BySubject {
  const bySubject: BySubject = new Map()
  for (const id of ids) {
    const series = catalogue.series(id)
    if (!series) continue
    const own = bySubject.get(series.subject)
    if (own) own.push({ series: id, metric: series.metric })
    else bySubject.set(series.subject, [{ series: id, metric: series.metric }])
  }
  return bySubject
}

function* blocksOf(bySubject: BySubject): Generator<BySubject> {
  let block: BySubject = new Map()
  let size = 0
  for (const [subject, own] of bySubject) {
    block.set(subject, own)
    size += own.length
    if (size < seriesABlock) continue
    yield block
    block = new Map()
    size = 0
  }
  if (size > 0) yield block
}

function putBlock(
  file: OpenFile,
  block: BySubject,
  ticks: readonly JournalTick[],
  times: readonly Tick[],
  idOf: (subject: number) => number,
): void {
  const rows = new Map([...block.values()].flat().map(({ series }, row) => [series, row]))
  const columnOf = new Map(times.map(({ atMs }, column) => [atMs, column]))
  const width = times.length
  const values = new Float64Array(rows.size * width).fill(Number.NaN)
  const qualities = new Uint8Array(rows.size * width)
  const now = { values: new Float64Array(rows.size).fill(Number.NaN), qualities: new Uint8Array(rows.size) }
  for (const tick of ticks) {
    if (tick.isFull) now.values.fill(Number.NaN)
    readChanges(tick.body, (series, value, quality) => {
      const row = rows.get(series)
      if (row === undefined) return
      now.values[row] = value
      now.qualities[row] = quality
    })
    const column = columnOf.get(tick.atMs) ?? 0
    for (let row = 0; row < rows.size; row += 1) {
      values[row * width + column] = now.values[row] ?? Number.NaN
      qualities[row * width + column] = now.qualities[row] ?? 0
    }
  }
  const writer = new ChunkWriter()
  for (const [subject, own] of block) {
    for (const { series, metric } of own) {
      const from = (rows.get(series) ?? 0) * width
      const column = {
        values: values.subarray(from, from + width),
        qualities: qualities.subarray(from, from + width),
      }
      if (column.values.some((value) => !Number.isNaN(value))) writer.add(metric, [column])
    }
    const body = writer.take()
    if (body) file.putChunk.run(idOf(subject), body)
  }
}
