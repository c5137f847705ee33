import type { ReplayItemQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { ReplayItem } from '../../lib/schemas/replay.ts'
import { decodeParts, encodeParts } from '../brokers/contract/index.ts'
import type { ReplayRepository, ReplayRow } from '../storage/contract/index.ts'
import { presentItem, statesOf } from './present.ts'

/** The ledger of a run in its order, a page of it. */
export async function listItems(
  replays: ReplayRepository,
  run: ReplayRow,
  { limit, cursor, state }: ReplayItemQuery,
): Promise<{ items: readonly ReplayItem[]; nextCursor: string | null }> {
  const states = state === undefined ? undefined : statesOf(state, run)
  if (states?.length === 0) return { items: [], nextCursor: null }
  const rows = await replays.rows(run.id, { states, afterRow: readCursor(cursor), limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => presentItem(row, run)),
    nextCursor: rows.length > limit && last ? encodeParts(['row', String(last.row)]) : null,
  }
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const [word, row, ...more] = decodeParts(cursor) ?? []
  if (word !== 'row' || !/^\d{1,15}$/.test(row ?? '') || more.length > 0)
    throw new AppError('bad_request', 'This cursor is not one of ours')
  return Number(row)
}
