import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SeriesTier } from '../../../../lib/schemas/series.ts'
import { dayMs } from './times.ts'

export interface ShelfFile {
  readonly name: string
  readonly tier: SeriesTier
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

/** Statements of one open file. `id`: where in its time, and of whom. */
export interface OpenFile {
  readonly db: DatabaseSync
  readonly putChunk: StatementSync
  readonly getChunk: StatementSync
  readonly putTicks: StatementSync
  readonly listTicks: StatementSync
  readonly listChunkIds: StatementSync
}

const maxOpen = 12
const fileName = /^(raw|minute)-(\d{4}-\d{2}-\d{2})\.db$|^(hour)-(\d{4}-\d{2})\.db$/

/**
 * The files of readings: one for each tier and day, of the hours one a month, so that what is too old goes by
 * removing a file. One that cannot be read is moved aside, and the rest goes on without it.
 */
export class Shelf {
  readonly #folder: string
  readonly #isDurable: boolean
  readonly #onDamage: (sentence: string) => void
  readonly #open = new Map<string, OpenFile>()
  readonly #files = new Map<string, ShelfFile>()

  constructor(folder: string, isDurable: boolean, onDamage: (sentence: string) => void) {
    this.#folder = folder
    this.#isDurable = isDurable
    this.#onDamage = onDamage
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) {
      const file = readName(name)
      if (file) this.#files.set(name, file)
    }
  }

  /** Oldest first within a tier. */
  list(tier?: SeriesTier): ShelfFile[] {
    const files = [...this.#files.values()].filter((file) => tier === undefined || file.tier === tier)
    return files.sort((a, b) => a.fromMs - b.fromMs)
  }

  has(tier: SeriesTier, atMs: number): boolean {
    return this.#files.has(nameOf(tier, atMs))
  }

  /**
   * `work` on the file this time lies in. Null when there is none and none is to be made, or when it turned out to
   * be damaged; where one is made, a damaged one is replaced and `work` is done again.
   */
  use<T>(tier: SeriesTier, atMs: number, make: boolean, work: (file: OpenFile) => T): T | null {
    const name = nameOf(tier, atMs)
    if (!make && !this.#files.has(name)) return null
    try {
      return work(this.#openFile(name))
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#putAside(name, error)
      // What is to be written goes into a new one: it must not be lost with the old.
      return make ? work(this.#openFile(name)) : null
    }
  }

  drop(name: string): void {
    this.#close(name)
    this.#files.delete(name)
    for (const end of ['', '-wal', '-shm']) rmSync(join(this.#folder, name + end), { force: true })
  }

  bytesOf(name: string): number {
    return ['', '-wal'].reduce((sum, end) => sum + sizeOf(join(this.#folder, name + end)), 0)
  }

  close(): void {
    for (const name of [...this.#open.keys()]) this.#close(name)
  }

  #openFile(name: string): OpenFile {
    const known = this.#open.get(name)
    if (known) {
      this.#open.delete(name)
      this.#open.set(name, known)
      return known
    }
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < maxOpen) break
      this.#close(oldest)
    }
    const file = readName(name)
    if (!file) throw new Error(`${name} is no name of a history file`)
    const db = new DatabaseSync(join(this.#folder, name))
    try {
      const sync = this.#isDurable ? 'FULL' : 'OFF'
      db.exec(`PRAGMA synchronous = ${sync}; PRAGMA journal_mode = WAL; PRAGMA cache_size = -2000;`)
      db.exec('create table if not exists chunk (id integer primary key, body blob not null)')
      db.exec('create table if not exists ticks (id integer primary key, body blob not null)')
      const opened = {
        db,
        putChunk: db.prepare('insert or replace into chunk values (?, ?)'),
        getChunk: db.prepare('select body from chunk where id = ?'),
        putTicks: db.prepare('insert or replace into ticks values (?, ?)'),
        listTicks: db.prepare('select id, body from ticks where id >= ? and id < ? order by id'),
        listChunkIds: db.prepare('select id from chunk where id >= ? and id < ?'),
      }
      this.#open.set(name, opened)
      this.#files.set(name, file)
      return opened
    } catch (error) {
      db.close()
      throw error
    }
  }

  #close(name: string): void {
    const file = this.#open.get(name)
    this.#open.delete(name)
    try {
      file?.db.close()
    } catch {
      // A damaged file may not even close well; it is let go all the same.
    }
  }

  #putAside(name: string, error: unknown): void {
    this.#close(name)
    this.#files.delete(name)
    const aside = `${name}.damaged-${Date.now()}`
    for (const end of ['-wal', '-shm']) rmSync(join(this.#folder, name + end), { force: true })
    if (existsSync(join(this.#folder, name))) renameSync(join(this.#folder, name), join(this.#folder, aside))
    this.#onDamage(`History file ${name} is damaged and was moved to ${aside}: ${wordsOf(error)}`)
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  const code = Number(error.errcode) & 0xff
  return code === 11 || code === 26
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function nameOf(tier: SeriesTier, atMs: number): string {
  const text = new Date(atMs).toISOString()
  return tier === 'hour' ? `hour-${text.slice(0, 7)}.db` : `${tier}-${text.slice(0, 10)}.db`
}

function readName(name: string): ShelfFile | null {
  const [, tier, day, hour, month] = fileName.exec(name) ?? []
  if (hour && month) {
    const [year = 0, index = 0] = month.split('-').map(Number)
    return { name, tier: 'hour', fromMs: Date.UTC(year, index - 1), toMs: Date.UTC(year, index) }
  }
  if (!tier || !day) return null
  const fromMs = Date.parse(`${day}T00:00:00.000Z`)
  return { name, tier: tier as SeriesTier, fromMs, toMs: fromMs + dayMs }
}
