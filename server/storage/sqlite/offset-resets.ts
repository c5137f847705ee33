import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { offsetResetSchema } from '../../../lib/schemas/offset.ts'
import type { OffsetResetRepository, OffsetResetRow } from '../contract/index.ts'
import { readCursor, toPage } from './paging.ts'
import type { Tables } from './tables.ts'

const stateSchema = z.enum([...offsetResetSchema.shape.state.options, 'applying'])

export function openOffsetResets(db: Kysely<Tables>): OffsetResetRepository {
  return {
    async create(row) {
      await db
        .insertInto('offset_reset')
        .values({
          id: row.id,
          broker: row.broker,
          group_id: row.groupId,
          group_key: row.groupKey,
          group_name: row.groupName,
          parts: JSON.stringify(row.rows),
          state: row.state,
          waits: row.waits ? 1 : 0,
          created_by: row.createdBy,
          audit_id: row.auditId,
          created_at_ms: row.createdAtMs,
          expires_at_ms: row.expiresAtMs,
          finished_at_ms: row.finishedAtMs,
          detail: row.detail,
        })
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('offset_reset').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toRow(row) : null
    },
    async move(id, from, change) {
      const { numUpdatedRows } = await db
        .updateTable('offset_reset')
        .set({
          state: change.state,
          detail: change.detail,
          ...(change.auditId === undefined ? {} : { audit_id: change.auditId }),
          ...(change.finishedAtMs === undefined ? {} : { finished_at_ms: change.finishedAtMs }),
        })
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async list({ limit, cursor, broker, groupId }) {
      let query = db.selectFrom('offset_reset').selectAll().where('seq', '<', readCursor(cursor))
      if (broker !== undefined) query = query.where('broker', '=', broker)
      if (groupId !== undefined) query = query.where('group_id', '=', groupId)
      const rows = await query
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute()
      return toPage(rows, limit, toRow)
    },
    async listOpen() {
      const rows = await db
        .selectFrom('offset_reset')
        .selectAll()
        .where('state', 'in', ['armed', 'applying'])
        .orderBy('seq')
        .execute()
      return rows.map(toRow)
    },
  }
}

function toRow(row: Selectable<Tables['offset_reset']>): OffsetResetRow {
  const parts: unknown = JSON.parse(row.parts)
  return {
    id: row.id,
    broker: row.broker,
    groupId: row.group_id,
    groupKey: row.group_key,
    groupName: row.group_name,
    rows: offsetResetSchema.shape.rows.parse(parts),
    state: stateSchema.parse(row.state),
    waits: row.waits === 1,
    createdBy: row.created_by,
    auditId: row.audit_id,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    finishedAtMs: row.finished_at_ms,
    detail: row.detail,
  }
}
