import { type FileHandle, open } from 'node:fs/promises'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { CompiledQuery, Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import type { Tables } from './tables.ts'

const statementCacheSize = 200

/**
 * The adapter kysely needs over node:sqlite. Statements are kept (preparing one costs more than running it)
 * in a map that forgets the least recently used.
 */
class NodeSqlite implements SqliteDatabase {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementAdapter>()

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    // FULL is one fsync a transaction: what is written survives a power cut, not only a killed process.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    // A checkpoint every 16 MB: a ledger row that moves on three times then reaches the file once.
    this.#db.exec(
      'PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;',
    )
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    if (known) {
      this.#statements.delete(sql)
      this.#statements.set(sql, known)
      return known
    }
    const adapter = new StatementAdapter(this.#db.prepare(sql))
    this.#statements.set(sql, adapter)
    if (this.#statements.size > statementCacheSize) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    return adapter
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }
}

class StatementAdapter implements SqliteStatement {
  readonly #statement: StatementSync
  readonly reader: boolean

  constructor(statement: StatementSync) {
    this.#statement = statement
    this.reader = statement.columns().length > 0
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...asInputs(parameters))
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...asInputs(parameters))
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...asInputs(parameters))
  }
}

function asInputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
      return value
    if (value instanceof Uint8Array) return value
    throw new TypeError(`SQLite takes no ${typeof value} parameter`)
  })
}

/** As durable as `synchronous = FULL`, but the process goes on while the disk works. */
export type Durable = <T>(db: Kysely<Tables>, work: (tx: Kysely<Tables>) => Promise<T>) => Promise<T>

/**
 * A transaction that is committed without its fsync, which then follows in a thread of its own. In WAL mode the
 * two together are what FULL does within the commit; a checkpoint in between syncs by itself.
 */
export function durableOver(sync: () => Promise<void>): Durable {
  return async (db, work) => {
    const result = await db.connection().execute(async (one) => {
      await one.executeQuery(CompiledQuery.raw('pragma synchronous = normal'))
      try {
        return await one.transaction().execute(work)
      } finally {
        await one.executeQuery(CompiledQuery.raw('pragma synchronous = full'))
      }
    })
    await sync()
    return result
  }
}

/** The log beside the database, which keeps its file for as long as the database is open. */
export class WriteAheadLog {
  readonly #path: string
  #file: FileHandle | null = null
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(database: string) {
    this.#path = `${database}-wal`
  }

  /** Who asks while a sync is under way shares the next one, which begins after it asked. */
  sync(): Promise<void> {
    const begin = () => this.#begin()
    this.#next ??= this.#running.then(begin, begin)
    this.#running = this.#next
    return this.#next
  }

  async #begin(): Promise<void> {
    this.#next = null
    this.#file ??= await open(this.#path, 'r+')
    await this.#file.datasync()
  }

  async close(): Promise<void> {
    await this.#running.catch(() => undefined)
    await this.#file?.close()
  }
}

/** Opens the file and connects at once, so that a broken file fails here and not in the first query. */
export async function openDatabase(path: string): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new NodeSqlite(path) }) })
  await db.executeQuery(CompiledQuery.raw('select 1'))
  return db
}
