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
      for (const block of blocksOf(membersOf(seriesIn(ticks), catalogue)))
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

/** A series with whose it is and what it tells. */
interface Members {
  readonly series: Float64Array
  readonly subjects: Float64Array
  readonly metrics: Float64Array
}

/** Those of one subject stand together. Columns of numbers: an object each would be 100 bytes a series. */
function membersOf(ids: ReadonlySet<number>, catalogue: Catalogue): Members {
  const found = Float64Array.from(ids)
  const owners = new Float64Array(found.length)
  const metrics = new Float64Array(found.length)
  const order: number[] = []
  for (const [index, id] of found.entries()) {
    const series = catalogue.series(id)
    if (!series) continue
    owners[index] = series.subject
    metrics[index] = series.metric
    order.push(index)
  }
  order.sort((a, b) => (owners[a] ?? 0) - (owners[b] ?? 0) || a - b)
  const pick = (column: Float64Array) => Float64Array.from(order, (index) => column[index] ?? 0)
  return { series: pick(found), subjects: pick(owners), metrics: pick(metrics) }
}

/** Whole subjects, `seriesABlock` series or a few more at a time. */
function* blocksOf({ series, subjects, metrics }: Members): Generator<Members> {
  for (let from = 0; from < series.length; ) {
    let to = Math.min(from + seriesABlock, series.length)
    while (to < series.length && subjects[to] === subjects[to - 1]) to += 1
    yield {
      series: series.subarray(from, to),
      subjects: subjects.subarray(from, to),
      metrics: metrics.subarray(from, to),
    }
    from = to
  }
}

function putBlock(
  file: OpenFile,
  block: Members,
  ticks: readonly JournalTick[],
  times: readonly Tick[],
  idOf: (subject: number) => number,
): void {
  const rows = new Map<number, number>()
  for (const [row, series] of block.series.entries()) rows.set(series, row)
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
  for (const [row, subject] of block.subjects.entries()) {
    const [from, to] = [row * width, (row + 1) * width]
    const column = { values: values.subarray(from, to), qualities: qualities.subarray(from, to) }
    if (column.values.some((value) => !Number.isNaN(value))) writer.add(block.metrics[row] ?? 0, [column])
    if (block.subjects[row + 1] === subject) continue
    const body = writer.take()
    if (body) file.putChunk.run(idOf(subject), body)
  }
}
