import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  `create table event (
    seq integer primary key, id text not null unique, at_ms integer not null, until_ms integer, kind text not null,
    broker text, destination_id text, destination_name text, group_id text, group_name text, node text,
    text text not null, actor text, service text, version text, link text)`,
  'create index event_by_time on event (at_ms, seq)',
]

/** What happened to brokers, groups and messages. */
export const event: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
