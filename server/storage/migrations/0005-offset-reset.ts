import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  `create table offset_reset (
    seq integer primary key, id text not null unique, broker text not null, group_id text not null,
    group_key text not null, group_name text not null, parts text not null, state text not null,
    waits integer not null, created_by text not null, audit_id text, created_at_ms integer not null,
    expires_at_ms integer, finished_at_ms integer, detail text not null)`,
  'create index offset_reset_by_group on offset_reset (broker, group_id, seq)',
  "create index offset_reset_open on offset_reset (seq) where state in ('armed', 'applying')",
]

/** Offsets of groups that were moved, or wait for their group to be empty. */
export const offsetReset: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
