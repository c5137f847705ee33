import type { Insertable, Kysely, Selectable } from 'kysely'
import { type Event, eventSchema } from '../../../lib/schemas/event.ts'
import { BrokerError } from '../../brokers/contract/index.ts'
import type { EventRepository } from '../contract/index.ts'
import { newId } from './ids.ts'
import type { Tables } from './tables.ts'

export interface EventLimits {
  readonly now: () => number
  readonly keptMs: number
  readonly maxRows: number
  /** Tidied once in so many events. */
  readonly tidyEvery: number
}
const usual: EventLimits = {
  now: () => Date.now(),
  keptMs: 90 * 86_400_000,
  maxRows: 100_000,
  tidyEvery: 200,
}

export function openEvents(db: Kysely<Tables>, limits: EventLimits = usual): EventRepository {
  let untilTidy = 0

  /** Oldest first out, by age and by number. */
  async function tidy(): Promise<void> {
    const newest = db
      .selectFrom('event')
      .select('seq')
      .orderBy('at_ms', 'desc')
      .orderBy('seq', 'desc')
      .limit(limits.maxRows)
    await db.deleteFrom('event').where('seq', 'not in', newest).execute()
    await db
      .deleteFrom('event')
      .where('at_ms', '<', limits.now() - limits.keptMs)
      .execute()
  }

  return {
    async add(event) {
      const whole = { ...event, id: newId('e', limits.now()) }
      await db.insertInto('event').values(toRow(whole)).execute()
      if (untilTidy <= 0) {
        untilTidy = limits.tidyEvery
        await tidy()
      }
      untilTidy -= 1
      return whole
    },
    async close(id, untilMs) {
      const row = await db
        .updateTable('event')
        .set({ until_ms: untilMs })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ? toEvent(row) : null
    },
    async list({ limit, cursor, broker, destination, group, kind, fromMs, toMs }) {
      let query = db.selectFrom('event').selectAll()
      if (cursor !== undefined) {
        const { atMs, seq } = readEventCursor(cursor)
        query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('at_ms', 'seq'), '<', tuple(atMs, seq)))
      }
      if (broker !== undefined)
        query = query.where(({ eb, or }) => or([eb('broker', '=', broker), eb('broker', 'is', null)]))
      if (destination !== undefined) query = query.where('destination_id', '=', destination)
      if (group !== undefined) query = query.where('group_id', '=', group)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (toMs !== undefined) query = query.where('at_ms', '<=', toMs)
      if (fromMs !== undefined)
        query = query.where(({ eb, or }) => or([eb('at_ms', '>=', fromMs), eb('until_ms', '>=', fromMs)]))
      const rows = await query
        .orderBy('at_ms', 'desc')
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute()
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { items: shown.map(toEvent), nextCursor: last ? writeEventCursor(last) : null }
    },
  }
}

/** By time and then by number: an event may be told late, so the number alone does not order them. */
function writeEventCursor({ at_ms, seq }: { at_ms: number; seq: number }): string {
  return Buffer.from(`${at_ms}.${seq}`, 'utf8').toString('base64url')
}

function readEventCursor(cursor: string): { atMs: number; seq: number } {
  const found = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!found) throw new BrokerError('bad_request', 'This cursor is not one of ours')
  return { atMs: Number(found[1]), seq: Number(found[2]) }
}

function toRow(event: Event): Insertable<Tables['event']> {
  return {
    id: event.id,
    at_ms: Date.parse(event.at),
    until_ms: event.until === undefined ? null : Date.parse(event.until),
    kind: event.kind,
    broker: event.broker,
    destination_id: event.destination?.id ?? null,
    destination_name: event.destination?.name ?? null,
    group_id: event.group?.id ?? null,
    group_name: event.group?.name ?? null,
    node: event.node ?? null,
    text: event.text,
    actor: event.actor ?? null,
    service: event.service ?? null,
    version: event.version ?? null,
    link: event.link ?? null,
  }
}

function toEvent(row: Selectable<Tables['event']>): Event {
  const subject = (id: string | null, name: string | null) =>
    id === null ? undefined : { id, name: name ?? '' }
  const event = {
    id: row.id,
    at: new Date(row.at_ms).toISOString(),
    until: row.until_ms === null ? undefined : new Date(row.until_ms).toISOString(),
    kind: row.kind,
    broker: row.broker,
    destination: subject(row.destination_id, row.destination_name),
    group: subject(row.group_id, row.group_name),
    node: row.node ?? undefined,
    text: row.text,
    actor: row.actor ?? undefined,
    service: row.service ?? undefined,
    version: row.version ?? undefined,
    link: row.link ?? undefined,
  }
  // Absent, not undefined: as the schema has it.
  return eventSchema.parse(JSON.parse(JSON.stringify(event)))
}
