import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What needs a person: under one id for as long as it lasts, with who took it on. */
export const need: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table need (
          seq integer primary key, id text not null unique, broker text not null, kind text not null,
          subject_id text not null, subject_name text not null, state text not null, opened_at_ms integer not null,
          since_ms integer, mark text not null, ack text)`,
      )
      .execute(db)
  },
}
