import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface DataDirLock {
  release(): void
}

/**
 * Keeps a second console off this data directory: two engines would send the same ledger row twice. The lock
 * is SQLite's own write lock on a small file beside the store, held by the kernel for this process: `kill -9`
 * frees it, and no stale pid file is ever left. Readers may still see who holds it.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const file = new DatabaseSync(join(dataDir, 'signalbox.lock'), { timeout: 500 })
  try {
    file.exec(
      'create table if not exists holder (only_one integer primary key check (only_one = 1), pid integer)',
    )
    file
      .prepare('insert into holder values (1, ?) on conflict do update set pid = excluded.pid')
      .run(process.pid)
    file.exec('begin immediate')
  } catch (error) {
    const pid = readHolder(file)
    file.close()
    if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error
    const who = pid === null ? 'another Signalbox' : `another Signalbox (process ${pid})`
    throw new Error(`${dataDir} is in use by ${who}. Stop it, or set server.dataDir to another directory.`)
  }
  return { release: () => file.close() }
}

function readHolder(file: DatabaseSync): number | null {
  try {
    const pid = file.prepare('select pid from holder').get()?.pid
    return typeof pid === 'number' ? pid : null
  } catch {
    return null
  }
}
