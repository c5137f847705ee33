import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Brokers added by form. `sealed` holds their options, encrypted: the store itself never sees them. */
export const addedBroker: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table added_broker (
          seq integer primary key, id text not null unique, kind text not null, label text not null,
          environment text not null, mode text not null, sealed text not null, created_by text not null,
          created_at_ms integer not null, changed_at_ms integer not null)`,
      )
      .execute(db)
  },
}
