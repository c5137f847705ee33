import { mkdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely, Selectable } from 'kysely'
import { type Backup, backupSchema } from '../../../lib/schemas/record.ts'
import { BrokerError, type BrokerMessage } from '../../brokers/contract/index.ts'
import type { BackupRepository } from '../contract/index.ts'
import { type BackupFile, createBackupFile, type FileFacts, readBackupFile } from './backup-file.ts'
import { newId } from './ids.ts'
import { readCursor, toPage } from './paging.ts'
import type { Tables } from './tables.ts'

/** Backups are NDJSON files under `<dataDir>/backups`; the row says how many messages and which SHA-256. */
export async function openBackups(
  db: Kysely<Tables>,
  dataDir: string,
): Promise<{ repository: BackupRepository; close(): Promise<void> }> {
  const writing = new Set<BackupFile>()
  const directory = join(dataDir, 'backups')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const pathOf = (id: string) => join(directory, `${id}.ndjson`)
  const find = async (id: string) =>
    db.selectFrom('backup').selectAll().where('id', '=', id).executeTakeFirst()

  async function finish(id: string, state: 'complete' | 'partial', facts: FileFacts): Promise<Backup> {
    await db
      .updateTable('backup')
      .set({ state, ...facts })
      .where('id', '=', id)
      .execute()
    const row = await find(id)
    if (!row) throw new BrokerError('not_found', `There is no backup ${id}`)
    return toBackup(row)
  }

  const repository: BackupRepository = {
    async create(meta, nowMs) {
      const id = newId('b', nowMs)
      const file = await createBackupFile(pathOf(id))
      writing.add(file)
      await db
        .insertInto('backup')
        .values({
          id,
          broker: meta.broker,
          destination: meta.destination,
          destination_name: meta.destinationName,
          cause: meta.cause,
          messages: 0,
          bytes: 0,
          sha256: null,
          state: 'writing',
          created_by: meta.createdBy,
          created_at_ms: nowMs,
          restored_at_ms: null,
        })
        .execute()
      return {
        id,
        append: (messages) => file.append(messages),
        finish: async (state) => {
          writing.delete(file)
          return finish(id, state, await file.close())
        },
      }
    },
    async get(id) {
      const row = await find(id)
      return row ? toBackup(row) : null
    },
    async list({ limit, cursor }) {
      const rows = await db
        .selectFrom('backup')
        .selectAll()
        .where('seq', '<', readCursor(cursor))
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute()
      return toPage(rows, limit, toBackup)
    },
    async *read(id): AsyncGenerator<BrokerMessage> {
      const row = await find(id)
      if (!row) throw new BrokerError('not_found', `There is no backup ${id}`)
      if (row.state === 'writing') throw new BrokerError('conflict', `Backup ${id} is still being written`)
      const facts = yield* readBackupFile(pathOf(id))
      if (facts.messages !== row.messages || facts.sha256 !== row.sha256) {
        const detail = { expected: row.messages, read: facts.messages }
        throw new BrokerError('protocol', `Backup ${id} differs from what was written`, { detail })
      }
    },
    async markRestored(id, nowMs) {
      await db
        .updateTable('backup')
        .set({ state: 'restored', restored_at_ms: nowMs })
        .where('id', '=', id)
        .execute()
    },
  }
  return {
    repository,
    async close() {
      for (const file of writing) await file.close()
    },
  }
}

/** After a kill: a backup left in `writing` keeps its whole lines, is cut after them, and stands as `partial`. */
export async function recoverBackups(db: Kysely<Tables>, dataDir: string): Promise<void> {
  const rows = await db.selectFrom('backup').select('id').where('state', '=', 'writing').execute()
  for (const { id } of rows) {
    const path = join(dataDir, 'backups', `${id}.ndjson`)
    const lines = readBackupFile(path)
    let step = await lines.next()
    while (!step.done) step = await lines.next()
    await truncate(path, step.value.bytes)
    await db
      .updateTable('backup')
      .set({ state: 'partial', ...step.value })
      .where('id', '=', id)
      .execute()
  }
}

function toBackup(row: Selectable<Tables['backup']>): Backup {
  return backupSchema.parse({
    id: row.id,
    broker: row.broker,
    destination: row.destination,
    destinationName: row.destination_name,
    cause: row.cause,
    messages: row.messages,
    bytes: row.bytes,
    sha256: row.sha256,
    state: row.state,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at_ms).toISOString(),
    restoredAt: row.restored_at_ms === null ? null : new Date(row.restored_at_ms).toISOString(),
    links: { self: `/api/v1/backups/${row.id}`, restore: `/api/v1/backups/${row.id}/restore` },
  })
}
