import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  `create table audit (
    seq integer primary key, id text not null unique, at_ms integer not null, actor text not null, via text not null,
    verb text not null, broker text, target text, input text not null, outcome text not null, detail text,
    finished_at_ms integer)`,
  'create index audit_by_broker on audit (broker, seq)',
  'create table sign_in_token (hash text primary key, expires_at_ms integer not null, spent_at_ms integer) without rowid',
  `create table session (hash text primary key, actor text not null, created_at_ms integer not null,
    expires_at_ms integer not null) without rowid`,
  `create table replay (
    seq integer primary key, id text not null unique, state text not null, broker text not null, source_id text not null,
    plan text not null, settles text not null, created_by text not null, audit_id text, created_at_ms integer not null,
    started_at_ms integer, finished_at_ms integer, problem text, total integer not null)`,
  'create index replay_by_source on replay (broker, source_id)',
  `create table ledger (
    run text not null, row integer not null, message_id text not null, state text not null, target text, position text,
    reason text, at_ms integer not null, primary key (run, row)) without rowid`,
  'create index ledger_by_message on ledger (message_id)',
  "create index ledger_in_doubt on ledger (run) where state = 'uncertain'",
  `create table mark (broker text not null, source_id text not null, message_id text not null,
    primary key (broker, source_id, message_id)) without rowid`,
  `create table backup (
    seq integer primary key, id text not null unique, broker text not null, destination text not null,
    destination_name text not null, cause text not null, messages integer not null, bytes integer not null, sha256 text,
    state text not null, created_by text not null, created_at_ms integer not null, restored_at_ms integer)`,
  'create table note (broker text not null, key text not null, value text not null, primary key (broker, key)) without rowid',
  'create table setting (key text primary key, value text not null) without rowid',
]

export const init: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
