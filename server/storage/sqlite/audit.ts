import type { Kysely, Selectable } from 'kysely'
import { type AuditEntry, auditEntrySchema } from '../../../lib/schemas/record.ts'
import type { AuditRepository } from '../contract/index.ts'
import { newId } from './ids.ts'
import { readCursor, toPage } from './paging.ts'
import type { Tables } from './tables.ts'

export function openAudit(db: Kysely<Tables>): AuditRepository {
  return {
    async begin(entry, nowMs) {
      const id = newId('a', nowMs)
      await db
        .insertInto('audit')
        .values({
          id,
          at_ms: nowMs,
          actor: entry.actor,
          via: entry.via,
          verb: entry.verb,
          broker: entry.broker,
          target: entry.target,
          input: JSON.stringify(entry.input ?? null),
          outcome: 'open',
          detail: null,
          finished_at_ms: null,
        })
        .execute()
      return id
    },
    async finish(id, outcome, detail, nowMs) {
      await db
        .updateTable('audit')
        .set({ outcome, detail, finished_at_ms: nowMs })
        .where('id', '=', id)
        .where('outcome', '=', 'open')
        .execute()
    },
    async list({ limit, cursor, broker }) {
      let query = db.selectFrom('audit').selectAll().where('seq', '<', readCursor(cursor))
      if (broker !== undefined) query = query.where('broker', '=', broker)
      const rows = await query
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute()
      return toPage(rows, limit, toEntry)
    },
  }
}

function toEntry(row: Selectable<Tables['audit']>): AuditEntry {
  const input: unknown = JSON.parse(row.input)
  return auditEntrySchema.parse({
    id: row.id,
    at: new Date(row.at_ms).toISOString(),
    actor: row.actor,
    via: row.via,
    verb: row.verb,
    broker: row.broker,
    target: row.target,
    input,
    outcome: row.outcome,
    detail: row.detail,
    finishedAt: row.finished_at_ms === null ? null : new Date(row.finished_at_ms).toISOString(),
  })
}
