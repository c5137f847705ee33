import type { Reading } from '../../../lib/schemas/reading.ts'
import { ok, unavailable } from '../contract/index.ts'
import { timeOfId } from './map.ts'

/** Streams came with Redis 5 in 2018: an id that claims to be older is a number of its producer's own. */
const firstPlausibleMs = Date.UTC(2015, 0)
const dayMs = 86_400_000

/** The time in an entry id, if it can be one. */
export function plausibleTime(id: string, serverMs: number): number | null {
  const ms = timeOfId(id)
  return ms !== null && ms >= firstPlausibleMs && ms <= serverMs + dayMs ? ms : null
}

/** How old the entry is, by its id and the clock of the server that gave it. */
export function ageReading(id: string, serverMs: number, atMs: number): Reading {
  const ms = plausibleTime(id, serverMs)
  if (ms === null)
    return unavailable(`The ids of this stream are not times (${id}), so an entry has no age`, atMs)
  return ok(Math.max(0, serverMs - ms) / 1_000, 'seconds', atMs)
}
