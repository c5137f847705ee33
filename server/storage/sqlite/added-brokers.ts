import type { Kysely } from 'kysely'
import type { Environment, Mode } from '../../../lib/schemas/broker.ts'
import type { AddedBrokerRepository, AddedBrokerRow } from '../contract/index.ts'
import type { Tables } from './tables.ts'

export function openAddedBrokers(db: Kysely<Tables>): AddedBrokerRepository {
  return {
    async list() {
      const rows = await db.selectFrom('added_broker').selectAll().orderBy('seq').execute()
      return rows.map(readRow)
    },
    async put(row) {
      const { id, kind, label, environment, mode, sealed } = row
      const changed = { kind, label, environment, mode, sealed, changed_at_ms: row.changedAtMs }
      await db
        .insertInto('added_broker')
        .values({ id, created_by: row.createdBy, created_at_ms: row.createdAtMs, ...changed })
        .onConflict((clash) => clash.column('id').doUpdateSet(changed))
        .execute()
    },
    async remove(id) {
      // What a driver noted of it must not be taken for true of another broker of the same name.
      await db.transaction().execute(async (change) => {
        await change.deleteFrom('added_broker').where('id', '=', id).execute()
        await change.deleteFrom('note').where('broker', '=', id).execute()
      })
    },
  }
}

function readRow(row: {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly environment: string
  readonly mode: string
  readonly sealed: string
  readonly created_by: string
  readonly created_at_ms: number
  readonly changed_at_ms: number
}): AddedBrokerRow {
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    environment: row.environment as Environment,
    mode: row.mode as Mode,
    sealed: row.sealed,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  }
}
