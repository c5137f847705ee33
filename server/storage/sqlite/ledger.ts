import { type Kysely, type Selectable, sql } from 'kysely'
import type { LedgerRow, LedgerState, ReplayRepository } from '../contract/index.ts'
import type { Tables } from './tables.ts'

export type LedgerParts = Pick<
  ReplayRepository,
  'append' | 'clearRows' | 'mark' | 'rows' | 'countStates' | 'findRows' | 'listUncertain' | 'countSettled'
>

/**
 * The ledger's own statements. A batch is one JSON parameter to one statement: one statement is one
 * transaction, its text never changes, and a row costs 1 to 2 µs where a statement a row costs 8.
 */
export function openLedger(db: Kysely<Tables>): LedgerParts {
  const settledCounts = new Map<string, number>()
  return {
    async append(run, rows, nowMs) {
      if (rows.length === 0) return { first: await nextRow(db, run) }
      const batch = JSON.stringify(
        rows.map((row) => [row.messageId, row.state, row.target ?? null, row.reason ?? null]),
      )
      const { rows: written } = await sql<{ row: number }>`
        insert into ledger (run, row, message_id, state, target, reason, at_ms)
        select ${run}, (select coalesce(max(row), 0) + 1 from ledger where run = ${run}) + key,
          value ->> 0, value ->> 1, value ->> 2, value ->> 3, ${nowMs}
        from json_each(${batch}) order by key
        returning row`.execute(db)
      return { first: written.reduce((least, { row }) => Math.min(least, row), Number.MAX_SAFE_INTEGER) }
    },
    async clearRows(run) {
      await db.deleteFrom('ledger').where('run', '=', run).execute()
    },
    async mark(run, updates, nowMs) {
      if (updates.length === 0) return
      const batch = JSON.stringify(
        updates.map((update) => [
          update.row,
          update.state,
          update.target ?? null,
          update.position ?? null,
          update.reason ?? null,
        ]),
      )
      const settled = updates.filter((update) => update.state === 'settled').map((update) => update.row)
      const marks = settled.length > 0 ? await sourceOfMarks(db, run) : null
      await db.transaction().execute(async (tx) => {
        // A value left out keeps what the row has; the reason belongs to the state, so it is replaced.
        // Materialised, or the planner scans the whole run for each batch (SQLite 3.53 knows no size of json_each).
        await sql`with b as materialized (select value ->> 0 as row, value ->> 1 as state, value ->> 2 as target,
            value ->> 3 as position, value ->> 4 as reason from json_each(${batch}))
          update ledger set state = b.state, target = coalesce(b.target, ledger.target),
            position = coalesce(b.position, ledger.position), reason = b.reason, at_ms = ${nowMs}
          from b where ledger.run = ${run} and ledger.row = b.row`.execute(tx)
        if (!marks) return
        await sql`insert into mark (broker, source_id, message_id)
          select ${marks.broker}, ${marks.source_id}, message_id from ledger
          where run = ${run} and row in (select value from json_each(${JSON.stringify(settled)}))
          on conflict do nothing`.execute(tx)
      })
      if (marks) settledCounts.delete(keyOf(marks.broker, marks.source_id))
    },
    async rows(run, { states, afterRow, limit }) {
      let query = db.selectFrom('ledger').selectAll().where('run', '=', run).where('row', '>', afterRow)
      if (states) query = query.where('state', 'in', states)
      return (await query.orderBy('row').limit(limit).execute()).map(toLedgerRow)
    },
    async countStates(run) {
      const counts: Record<LedgerState, number> = {
        frozen: 0,
        intent: 0,
        confirmed: 0,
        settled: 0,
        failed: 0,
        uncertain: 0,
        skipped: 0,
      }
      const { rows } = await sql<{ state: LedgerState; n: number }>`
        select state, count(*) as n from ledger where run = ${run} group by state`.execute(db)
      for (const { state, n } of rows) counts[state] = n
      return counts
    },
    async findRows(run, messageIds) {
      const { rows } = await sql<Selectable<Tables['ledger']>>`
        select l.* from json_each(${JSON.stringify(messageIds)}) j cross join ledger l on l.message_id = j.value
        where l.run = ${run} order by l.row`.execute(db)
      return new Map(rows.map((row) => [row.message_id, toLedgerRow(row)]))
    },
    async listUncertain(broker, sourceId) {
      const { rows } = await sql<Selectable<Tables['ledger']>>`
        select l.* from replay r join ledger l on l.run = r.id and l.state = 'uncertain'
        where r.broker = ${broker} and r.source_id = ${sourceId} order by r.seq, l.row`.execute(db)
      return rows.map(toLedgerRow)
    },
    async countSettled(broker, sourceId) {
      const key = keyOf(broker, sourceId)
      const known = settledCounts.get(key)
      if (known !== undefined) return known
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from mark where broker = ${broker} and source_id = ${sourceId}`.execute(db)
      const n = rows[0]?.n ?? 0
      settledCounts.set(key, n)
      return n
    },
  }
}

async function nextRow(db: Kysely<Tables>, run: string): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(row), 0) + 1 as next from ledger where run = ${run}`.execute(db)
  return rows[0]?.next ?? 1
}

/** Where the settled rows of this run are remembered, or null when settling takes the message away anyway. */
async function sourceOfMarks(db: Kysely<Tables>, run: string) {
  const row = await db
    .selectFrom('replay')
    .select(['broker', 'source_id', 'settles'])
    .where('id', '=', run)
    .executeTakeFirst()
  return row?.settles === 'marks' ? row : null
}

function keyOf(broker: string, sourceId: string): string {
  return `${broker} ${sourceId}`
}

function toLedgerRow(row: Selectable<Tables['ledger']>): LedgerRow {
  return {
    run: row.run,
    row: row.row,
    messageId: row.message_id,
    state: row.state as LedgerState,
    target: row.target,
    position: row.position,
    reason: row.reason,
    atMs: row.at_ms,
  }
}
