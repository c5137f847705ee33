import type { Kysely, Selectable } from 'kysely'
import type { NeedRepository, NeedRow } from '../contract/index.ts'
import type { Tables } from './tables.ts'

export function openNeeds(db: Kysely<Tables>): NeedRepository {
  return {
    async list() {
      const rows = await db.selectFrom('need').selectAll().orderBy('seq').execute()
      return rows.map(readRow)
    },
    async put(rows) {
      if (rows.length === 0) return
      await db.transaction().execute(async (change) => {
        for (const row of rows) {
          const changed = {
            subject_name: row.subjectName,
            since_ms: row.sinceMs,
            mark: JSON.stringify(row.mark),
            ack: row.ack && JSON.stringify(row.ack),
          }
          await change
            .insertInto('need')
            .values({
              id: row.id,
              broker: row.broker,
              kind: row.kind,
              subject_id: row.subjectId,
              state: row.state,
              opened_at_ms: row.openedAtMs,
              ...changed,
            })
            .onConflict((clash) => clash.column('id').doUpdateSet(changed))
            .execute()
        }
      })
    },
    async remove(ids) {
      if (ids.length === 0) return
      await db.transaction().execute(async (change) => {
        for (const id of ids) await change.deleteFrom('need').where('id', '=', id).execute()
      })
    },
  }
}

function readRow(row: Selectable<Tables['need']>): NeedRow {
  return {
    id: row.id,
    broker: row.broker,
    kind: row.kind as NeedRow['kind'],
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    state: row.state as NeedRow['state'],
    openedAtMs: row.opened_at_ms,
    sinceMs: row.since_ms,
    mark: JSON.parse(row.mark) as string[],
    ack: row.ack === null ? null : (JSON.parse(row.ack) as NeedRow['ack']),
  }
}
