import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Kysely } from 'kysely'
import type { Notes } from '../../brokers/contract/index.ts'
import type { Storage } from '../contract/index.ts'
import { migrate } from '../migrations/index.ts'
import { openAccess } from './access.ts'
import { openAddedBrokers } from './added-brokers.ts'
import { openAudit } from './audit.ts'
import { openBackups, recoverBackups } from './backups.ts'
import { durableOver, openDatabase, WriteAheadLog } from './database.ts'
import { openEvents } from './events.ts'
import { lockDataDir } from './lock.ts'
import { openNeeds } from './needs.ts'
import { openOffsetResets } from './offset-resets.ts'
import { openReplays } from './replays.ts'
import type { Tables } from './tables.ts'

export interface StorageOptions {
  /**
   * `server` (default) takes the lock of the data directory and tidies what a kill left. `tool` is a short
   * program beside a running server (a new sign-in token): it takes no lock and must not run engines.
   */
  readonly role?: 'server' | 'tool'
}

/** Opens `<dataDir>/signalbox.db`, creating and migrating it. Throws when another server holds the directory. */
export async function openStorage(dataDir: string, options: StorageOptions = {}): Promise<Storage> {
  const directory = resolve(dataDir)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lock = options.role === 'tool' ? null : lockDataDir(directory)
  try {
    const path = join(directory, 'signalbox.db')
    const db = await openDatabase(path)
    await migrate(db)
    if (lock) await recoverBackups(db, directory)
    return await assemble(db, new WriteAheadLog(path), directory, () => lock?.release())
  } catch (error) {
    lock?.release()
    throw error
  }
}

async function assemble(
  db: Kysely<Tables>,
  log: WriteAheadLog,
  directory: string,
  release: () => void,
): Promise<Storage> {
  let open = true
  const backups = await openBackups(db, directory)
  return {
    audit: openAudit(db),
    access: openAccess(db),
    replays: openReplays(
      db,
      durableOver(() => log.sync()),
    ),
    backups: backups.repository,
    addedBrokers: openAddedBrokers(db),
    events: openEvents(db),
    offsetResets: openOffsetResets(db),
    needs: openNeeds(db),
    notesOf: (brokerId) => openNotes(db, brokerId),
    settings: {
      async get(key) {
        const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst()
        return row?.value ?? null
      },
      async set(key, value) {
        await db
          .insertInto('setting')
          .values({ key, value })
          .onConflict((clash) => clash.column('key').doUpdateSet({ value }))
          .execute()
      },
      async remove(key) {
        await db.deleteFrom('setting').where('key', '=', key).execute()
      },
    },
    isOpen: () => open,
    async close() {
      if (!open) return
      open = false
      await backups.close()
      await log.close()
      await db.destroy()
      release()
    },
  }
}

function openNotes(db: Kysely<Tables>, broker: string): Notes {
  return {
    async get(key) {
      const row = await db
        .selectFrom('note')
        .select('value')
        .where('broker', '=', broker)
        .where('key', '=', key)
        .executeTakeFirst()
      return row?.value ?? null
    },
    async set(key, value) {
      await db
        .insertInto('note')
        .values({ broker, key, value })
        .onConflict((clash) => clash.columns(['broker', 'key']).doUpdateSet({ value }))
        .execute()
    },
  }
}
