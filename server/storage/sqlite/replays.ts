import { type Kysely, type Selectable, sql } from 'kysely'
import { replayStateSchema } from '../../../lib/schemas/replay.ts'
import type { LedgerState, ReplayRepository, ReplayRow } from '../contract/index.ts'
import type { Durable } from './database.ts'
import { type LedgerParts, openLedger } from './ledger.ts'
import { readCursor, toPage } from './paging.ts'
import type { Tables } from './tables.ts'

export function openReplays(db: Kysely<Tables>, durable: Durable): ReplayRepository {
  const ledger: LedgerParts = openLedger(db, durable)
  return {
    ...ledger,
    async create(row) {
      await db
        .insertInto('replay')
        .values({
          id: row.id,
          state: row.state,
          broker: row.broker,
          source_id: row.sourceId,
          plan: row.plan,
          settles: row.settles,
          created_by: row.createdBy,
          audit_id: row.auditId,
          created_at_ms: row.createdAtMs,
          started_at_ms: row.startedAtMs,
          finished_at_ms: row.finishedAtMs,
          problem: row.problem,
          total: row.total,
        })
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('replay').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toReplayRow(row) : null
    },
    async update(id, change) {
      await db
        .updateTable('replay')
        .set({
          ...(change.state === undefined ? {} : { state: change.state }),
          ...(change.plan === undefined ? {} : { plan: change.plan }),
          ...(change.auditId === undefined ? {} : { audit_id: change.auditId }),
          ...(change.startedAtMs === undefined ? {} : { started_at_ms: change.startedAtMs }),
          ...(change.finishedAtMs === undefined ? {} : { finished_at_ms: change.finishedAtMs }),
          ...(change.problem === undefined ? {} : { problem: change.problem }),
          ...(change.total === undefined ? {} : { total: change.total }),
        })
        .where('id', '=', id)
        .execute()
    },
    async list({ limit, cursor }) {
      const rows = await db
        .selectFrom('replay')
        .selectAll()
        .where('seq', '<', readCursor(cursor))
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute()
      return toPage(rows, limit, toReplayRow)
    },
    async listByState(states) {
      const rows = await db
        .selectFrom('replay')
        .selectAll()
        .where('state', 'in', states)
        .orderBy('seq')
        .execute()
      return rows.map(toReplayRow)
    },
    async findByMessages(broker, sourceId, messageIds) {
      const { rows } = await sql<{
        message_id: string
        run: string
        row: number
        state: LedgerState
        run_state: string
        at_ms: number
      }>`select l.message_id, l.run, l.row, l.state, r.state as run_state, l.at_ms
        from json_each(${JSON.stringify(messageIds)}) j
          cross join ledger l on l.message_id = j.value join replay r on r.id = l.run
        where r.broker = ${broker} and r.source_id = ${sourceId}
          and not (r.settles = 'removes' and l.state = 'settled') and l.state <> 'skipped'
          and not (l.state = 'frozen' and r.state in ('cancelled', 'completed', 'failed'))
        order by r.seq, l.row`.execute(db)
      return new Map(
        rows.map((found) => [
          found.message_id,
          {
            run: found.run,
            row: found.row,
            state: found.state,
            runState: replayStateSchema.parse(found.run_state),
            atMs: found.at_ms,
          },
        ]),
      )
    },
  }
}

function toReplayRow(row: Selectable<Tables['replay']>): ReplayRow {
  return {
    id: row.id,
    state: replayStateSchema.parse(row.state),
    broker: row.broker,
    sourceId: row.source_id,
    plan: row.plan,
    settles: row.settles === 'marks' ? 'marks' : 'removes',
    createdBy: row.created_by,
    auditId: row.audit_id,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    problem: row.problem,
    total: row.total,
  }
}
