import { BrokerError } from '../../brokers/contract/index.ts'
import type { Page } from '../contract/index.ts'

/** The sequence number an opaque cursor stands for: rows below it come next (newest first). */
export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!/^\d{1,15}$/.test(text)) throw new BrokerError('bad_request', 'This cursor is not one of ours')
  return Number(text)
}

/** A page of at most `limit` from `limit + 1` rows read newest first. */
export function toPage<Row extends { seq: number }, T>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: shown.map(present),
    nextCursor: more ? Buffer.from(String(last.seq), 'utf8').toString('base64url') : null,
  }
}
