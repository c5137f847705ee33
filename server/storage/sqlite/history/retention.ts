import type { SeriesTier } from '../../../../lib/schemas/series.ts'
import type { Shelf, ShelfFile } from './shelf.ts'
import { dayMs, windowMs } from './times.ts'

/** How long each tier is kept at least; a file goes when all of it is older. */
const kept = { raw: dayMs, minute: 14 * dayMs, hour: 396 * dayMs } as const satisfies Record<
  SeriesTier,
  number
>

export interface RetentionState {
  readonly nowMs: number
  readonly maxBytes: number
  readonly indexBytes: number
  isDirty(tier: 'minute' | 'hour', fromMs: number): boolean
}

/**
 * Removes whole files: first what is too old, then, while the store is over its cap, the oldest raw day, the oldest
 * day of minutes, the oldest month of hours. The newest of each tier stays, and so does what is not rolled up yet.
 */
export function dropOld(shelf: Shelf, state: RetentionState): void {
  for (const file of shelf.list())
    if (file.toMs <= state.nowMs - kept[file.tier] && !isNeeded(file, state)) shelf.drop(file.name)
  const files = shelf.list()
  let bytes = files.reduce((sum, { name }) => sum + shelf.bytesOf(name), state.indexBytes)
  for (const tier of ['raw', 'minute', 'hour'] as const) {
    const own = files.filter((file) => file.tier === tier)
    for (const file of own.slice(0, -1)) {
      if (bytes <= state.maxBytes) return
      if (isNeeded(file, state)) continue
      bytes -= shelf.bytesOf(file.name)
      shelf.drop(file.name)
    }
  }
}

/** Something in it is not in the tier above yet. */
function isNeeded({ tier, fromMs, toMs }: ShelfFile, { isDirty }: RetentionState): boolean {
  if (tier === 'minute') return isDirty('hour', fromMs)
  if (tier !== 'raw') return false
  for (let window = fromMs; window < toMs; window += windowMs) if (isDirty('minute', window)) return true
  return false
}
