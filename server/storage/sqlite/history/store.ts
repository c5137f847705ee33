import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { HistoryAnswer, HistoryRequest } from '../../contract/history.ts'
import { Catalogue } from './catalogue.ts'
import type { SubjectSeries } from './change-book.ts'
import { compactSegment } from './compact.ts'
import { Journal } from './journal.ts'
import { type ReadSources, readHistory } from './read.ts'
import { dropOld } from './retention.ts'
import { rollHours, rollMinutes } from './roll-up.ts'
import { isDamage, Shelf, sizeOf, wordsOf } from './shelf.ts'
import { type Changes, encodeChanges } from './tick-body.ts'
import { dayMs, floorTo, segmentMs, type Tick, windowMs } from './times.ts'

export interface StoreOptions {
  readonly folder: string
  readonly maxBytes: number
  /** False only in tests: nothing waits for the disk. */
  readonly isDurable?: boolean
  readonly segmentLength?: number
  readonly onProblem: (sentence: string) => void
}

/** What handles mean from now on; told before the sample that uses them first. */
export interface DefineMessage {
  readonly broker: string
  readonly atMs: number
  readonly subjects: readonly SubjectSeries[]
}

/** One sample of a broker as changes, by handles. */
export interface TickMessage extends Tick {
  readonly broker: string
  readonly isFull: boolean
  readonly changes: Changes
}

export interface StoreFigures {
  readonly knownSeries: number
  readonly bytes: number
  readonly isOverCap: boolean
}

/** So long a segment stays open behind its end: a sample may be under way. */
const graceMs = 30_000
/** Hours are kept longest; a series nobody wrote to for so long has nothing left. */
const longestMs = 400 * dayMs

/**
 * The store of readings in one folder: `index.db` with the catalogue and the journal, and a shelf of files by tier
 * and day. Everything in it is synchronous: it lives in a thread of its own. Invariant: a sample is in the journal
 * (written, though not synced: it survives the process) before `append` returns, and leaves it only when it is
 * synced in a chunk.
 */
export class HistoryStore {
  readonly #options: Required<StoreOptions>
  readonly #db: DatabaseSync
  readonly #catalogue: Catalogue
  readonly #journal: Journal
  readonly #shelf: Shelf
  /** The series of each handle; 0: none. */
  readonly #handles: number[] = []
  readonly #dirty = { minute: new Set<number>(), hour: new Set<number>() }
  readonly #mark: StatementSync
  readonly #unmark: StatementSync
  #figures: StoreFigures = { knownSeries: 0, bytes: 0, isOverCap: false }

  constructor(options: StoreOptions) {
    this.#options = { isDurable: true, segmentLength: segmentMs, ...options }
    const { folder, isDurable, onProblem } = this.#options
    const opened = openIndex(folder, isDurable, onProblem)
    this.#db = opened.db
    this.#catalogue = opened.catalogue
    this.#journal = opened.journal
    this.#shelf = new Shelf(folder, isDurable, onProblem)
    this.#db.exec(
      'create table if not exists dirty (tier text not null, from_ms integer not null, primary key (tier, from_ms)) without rowid',
    )
    for (const row of this.#db.prepare('select tier, from_ms from dirty').all())
      this.#dirty[row.tier as 'minute' | 'hour'].add(Number(row.from_ms))
    this.#mark = this.#db.prepare('insert or ignore into dirty values (?, ?)')
    this.#unmark = this.#db.prepare('delete from dirty where tier = ? and from_ms = ?')
    this.#measure()
  }

  get figures(): StoreFigures {
    return this.#figures
  }

  newest(): [string, number][] {
    return this.#catalogue.newest()
  }

  /** Throws when it cannot be written; then these handles mean nothing, and no sample that names one is taken. */
  define({ broker: name, atMs, subjects }: DefineMessage): void {
    for (const { handles } of subjects) for (const handle of handles) this.#handles[handle] = 0
    const opened: [handle: number, series: number][] = []
    this.#inCatalogue(() => {
      const broker = this.#catalogue.openBroker(name)
      for (const { handles, metrics, ...subject } of subjects) {
        const owner = this.#catalogue.openSubject(broker, subject, atMs)
        for (const [index, metric] of metrics.entries())
          opened.push([handles[index] ?? 0, this.#catalogue.openSeries(owner, metric, atMs)])
      }
    })
    for (const [handle, series] of opened) this.#handles[handle] = series
  }

  /** Throws when it cannot be written; then nothing of it is. */
  append({ broker: name, atMs, everyMs, isFull, changes }: TickMessage): void {
    this.#inCatalogue(() => {
      const broker = this.#catalogue.openBroker(name)
      const series = Float64Array.from(changes.series, (handle) => this.#seriesOf(handle))
      // No series began later than the newest sample of its broker.
      if (isFull && atMs < this.#catalogue.newestOf(broker))
        for (const id of series) this.#catalogue.beginEarlier(id, atMs)
      const body = encodeChanges({ ...changes, series })
      this.#journal.add(floorTo(atMs, this.#options.segmentLength), broker, { atMs, everyMs, isFull, body })
      this.#catalogue.touchBroker(broker, atMs)
    })
  }

  read(request: HistoryRequest): HistoryAnswer {
    return readHistory(this.#sources(), request)
  }

  /** Everything that is due, a little at a time: between two steps others may read and write. */
  *maintain(nowMs: number): Generator<void> {
    yield* this.#compact(nowMs)
    yield* this.#rollUp(nowMs)
    const { folder, maxBytes } = this.#options
    dropOld(this.#shelf, {
      nowMs,
      maxBytes,
      indexBytes: indexBytes(folder),
      isDirty: this.#sources().isDirty,
    })
    this.#measure()
  }

  close(): void {
    this.#shelf.close()
    this.#db.close()
  }

  #sources(): ReadSources {
    const dirty = this.#dirty
    return {
      catalogue: this.#catalogue,
      journal: this.#journal,
      shelf: this.#shelf,
      segmentLength: this.#options.segmentLength,
      isDirty: (tier, fromMs) => dirty[tier].has(fromMs),
    }
  }

  *#compact(nowMs: number): Generator<void> {
    const length = this.#options.segmentLength
    for (const { segmentMs: from, broker } of this.#journal.segments()) {
      // The clock was set back: what lies far ahead is put away too.
      const isOver = from + length + graceMs <= nowMs || from > nowMs + dayMs
      if (!isOver) continue
      const sources = { catalogue: this.#catalogue, journal: this.#journal, shelf: this.#shelf }
      const { lastSeq } = compactSegment(sources, { segmentMs: from, length }, broker)
      this.#inOne(() => {
        this.#journal.remove(from, broker, lastSeq)
        this.#setDirty('minute', floorTo(from, windowMs))
      })
      yield
    }
  }

  *#rollUp(nowMs: number): Generator<void> {
    const sources = this.#sources()
    const floorMs = this.#journal.floor()
    for (const from of [...this.#dirty.minute].sort((a, b) => a - b)) {
      if (from + windowMs > Math.min(nowMs, floorMs)) continue
      yield* rollMinutes(sources, from)
      this.#inOne(() => {
        this.#setClean('minute', from)
        this.#setDirty('hour', floorTo(from, dayMs))
      })
    }
    for (const from of [...this.#dirty.hour].sort((a, b) => a - b)) {
      if (from + dayMs > Math.min(nowMs, floorMs)) continue
      const seen = yield* rollHours(sources, from)
      this.#inOne(() => {
        this.#setClean('hour', from)
        this.#catalogue.prune(seen, from + dayMs, nowMs - longestMs)
      })
    }
  }

  #setDirty(tier: 'minute' | 'hour', fromMs: number): void {
    if (this.#dirty[tier].has(fromMs)) return
    this.#mark.run(tier, fromMs)
    this.#dirty[tier].add(fromMs)
  }

  #setClean(tier: 'minute' | 'hour', fromMs: number): void {
    this.#unmark.run(tier, fromMs)
    this.#dirty[tier].delete(fromMs)
  }

  #seriesOf(handle: number): number {
    const series = this.#handles[handle]
    if (!series) throw new Error('a sample names a series that was not opened')
    return series
  }

  /** What it holds in memory is as the file has it, whether this was written or not. */
  #inCatalogue(work: () => void): void {
    try {
      this.#inOne(work)
    } catch (error) {
      this.#catalogue.load()
      throw error
    }
  }

  #inOne(work: () => void): void {
    this.#db.exec('begin')
    try {
      work()
      this.#db.exec('commit')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      throw error
    }
  }

  #measure(): void {
    const { folder, maxBytes } = this.#options
    const bytes = this.#shelf
      .list()
      .reduce((sum, { name }) => sum + this.#shelf.bytesOf(name), indexBytes(folder))
    this.#figures = { knownSeries: this.#catalogue.size, bytes, isOverCap: bytes > maxBytes }
  }
}

const indexBytes = (folder: string) => sizeOf(join(folder, 'index.db')) + sizeOf(join(folder, 'index.db-wal'))

/**
 * Without its catalogue the files mean nothing: when it is damaged the whole folder is moved aside, and history
 * begins anew.
 */
function openIndex(folder: string, isDurable: boolean, onProblem: (sentence: string) => void) {
  try {
    return tryOpen(folder, isDurable)
  } catch (error) {
    if (!isDamage(error)) throw error
    const aside = `${folder}.damaged-${Date.now()}`
    renameSync(folder, aside)
    onProblem(`The history is damaged and was moved to ${basename(aside)}; it begins anew: ${wordsOf(error)}`)
    return tryOpen(folder, isDurable)
  }
}

function tryOpen(folder: string, isDurable: boolean) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'index.db')
  if (!existsSync(path)) for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  const db = new DatabaseSync(path, { timeout: 5000 })
  try {
    db.exec(`PRAGMA synchronous = ${isDurable ? 'NORMAL' : 'OFF'}; PRAGMA journal_mode = WAL;`)
    db.exec('PRAGMA cache_size = -2000; PRAGMA journal_size_limit = 16777216;')
    return { db, catalogue: new Catalogue(db), journal: new Journal(db) }
  } catch (error) {
    db.close()
    throw error
  }
}
