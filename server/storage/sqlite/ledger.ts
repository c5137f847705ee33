import { type Kysely, type Selectable, sql } from 'kysely'
import type { LedgerRow, LedgerState, LedgerUpdate, ReplayRepository } from '../contract/index.ts'
import type { Durable } from './database.ts'
import type { Tables } from './tables.ts'

export type LedgerParts = Pick<
  ReplayRepository,
  'append' | 'clearRows' | 'mark' | 'rows' | 'countStates' | 'findRows' | 'listUncertain' | 'countSettled'
>

/**
 * The ledger's own statements. What changes alike is one statement over a span of rows, with what differs as one
 * JSON list: its text never changes, and a row costs 1 to 2 µs where a statement a row costs 8.
 */
export function openLedger(db: Kysely<Tables>, durable: Durable): LedgerParts {
  const settledCounts = new Map<string, number>()

  async function write<T>(
    run: string,
    updates: readonly LedgerUpdate[],
    work: (tx: Kysely<Tables>, marks: Marks | null) => Promise<T>,
  ): Promise<T> {
    const settles = updates.some((update) => update.state === 'settled')
    const marks = settles ? await sourceOfMarks(db, run) : null
    const result = await durable(db, (tx) => work(tx, marks))
    if (marks) settledCounts.delete(keyOf(marks.broker, marks.source_id))
    return result
  }

  return {
    async append(run, rows, nowMs, updates = []) {
      if (rows.length === 0) {
        await this.mark(run, updates, nowMs)
        return { first: await nextRow(db, run) }
      }
      return write(run, updates, async (tx, marks) => {
        const first = await insertRows(tx, run, rows, nowMs)
        if (updates.length > 0) await updateRows(tx, run, updates, nowMs, marks)
        return { first }
      })
    },
    async clearRows(run) {
      await db.deleteFrom('ledger').where('run', '=', run).execute()
    },
    async mark(run, updates, nowMs) {
      if (updates.length > 0)
        await write(run, updates, (tx, marks) => updateRows(tx, run, updates, nowMs, marks))
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

async function insertRows(db: Kysely<Tables>, run: string, rows: Appended, nowMs: number): Promise<number> {
  const first = await nextRow(db, run)
  let row = first
  for (const span of spansOf(rows, (one, { like }) => isAlike(one, like))) {
    const { state, target = null, reason = null } = span.like
    const ids = JSON.stringify(span.items.map(({ messageId }) => messageId))
    await sql`insert into ledger (run, row, message_id, state, target, reason, at_ms)
      select ${run}, ${row} + key, value, ${state}, ${target}, ${reason}, ${nowMs}
      from json_each(${ids}) order by key`.execute(db)
    row += span.items.length
  }
  return first
}

async function updateRows(
  db: Kysely<Tables>,
  run: string,
  updates: readonly LedgerUpdate[],
  nowMs: number,
  marks: Marks | null,
): Promise<void> {
  const spans = spansOf(
    updates,
    (one, { like, items }) => one.row === like.row + items.length && isAlike(one, like),
  )
  if (spans.length * 8 <= updates.length || spans.length < 3) await updateSpans(db, run, spans, nowMs)
  else await updateEach(db, run, updates, nowMs)
  if (!marks) return
  const settled = updates.filter((update) => update.state === 'settled').map((update) => update.row)
  await sql`insert into mark (broker, source_id, message_id)
    select ${marks.broker}, ${marks.source_id}, message_id from ledger
    where run = ${run} and row in (select value from json_each(${JSON.stringify(settled)}))
    on conflict do nothing`.execute(db)
}

/** A value left out keeps what the row has; the reason belongs to the state, so it is replaced. */
async function updateSpans(
  db: Kysely<Tables>,
  run: string,
  spans: readonly Span<LedgerUpdate>[],
  nowMs: number,
): Promise<void> {
  for (const { like, items } of spans) {
    const { row, state, target = null, reason = null } = like
    if (items.every(({ position = null }) => position === null))
      await sql`update ledger set state = ${state}, target = coalesce(${target}, target), reason = ${reason},
          at_ms = ${nowMs}
        where run = ${run} and row between ${row} and ${row + items.length - 1}`.execute(db)
    else {
      const positions = JSON.stringify(items.map(({ position = null }) => position))
      // Materialised, or the planner scans the whole run for each batch (SQLite 3.53 knows no size of json_each).
      await sql`with b as materialized (select ${row} + key as row, value as position from json_each(${positions}))
        update ledger set state = ${state}, target = coalesce(${target}, ledger.target),
          position = coalesce(b.position, ledger.position), reason = ${reason}, at_ms = ${nowMs}
        from b where ledger.run = ${run} and ledger.row = b.row`.execute(db)
    }
  }
}

async function updateEach(
  db: Kysely<Tables>,
  run: string,
  updates: readonly LedgerUpdate[],
  nowMs: number,
): Promise<void> {
  const batch = JSON.stringify(
    updates.map(({ row, state, target = null, position = null, reason = null }) => [
      row,
      state,
      target,
      position,
      reason,
    ]),
  )
  await sql`with b as materialized (select value ->> 0 as row, value ->> 1 as state, value ->> 2 as target,
      value ->> 3 as position, value ->> 4 as reason from json_each(${batch}))
    update ledger set state = b.state, target = coalesce(b.target, ledger.target),
      position = coalesce(b.position, ledger.position), reason = b.reason, at_ms = ${nowMs}
    from b where ledger.run = ${run} and ledger.row = b.row`.execute(db)
}

type Appended = Parameters<ReplayRepository['append']>[1]
type Fate = Pick<LedgerUpdate, 'state' | 'target' | 'reason'>

interface Span<T> {
  readonly like: T
  readonly items: T[]
}

/** Neighbours that change alike: a page is mostly one such span, and a span costs one short statement. */
function spansOf<T>(all: readonly T[], belongs: (one: T, span: Span<T>) => boolean): Span<T>[] {
  const spans: Span<T>[] = []
  for (const one of all) {
    const last = spans.at(-1)
    if (last && belongs(one, last)) last.items.push(one)
    else spans.push({ like: one, items: [one] })
  }
  return spans
}

function isAlike(a: Fate, b: Fate): boolean {
  return (
    a.state === b.state &&
    (a.target ?? null) === (b.target ?? null) &&
    (a.reason ?? null) === (b.reason ?? null)
  )
}

async function nextRow(db: Kysely<Tables>, run: string): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(row), 0) + 1 as next from ledger where run = ${run}`.execute(db)
  return rows[0]?.next ?? 1
}

type Marks = Pick<Selectable<Tables['replay']>, 'broker' | 'source_id'>

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
