import type { DestinationFacts } from '../../lib/domain/destination-level.ts'
import { readFilter } from '../../lib/domain/filter/index.ts'
import { destinationChips, destinationTable } from '../../lib/domain/filter/tables/destinations.ts'
import type { Row, Snapshot } from './book.ts'
import { markAllStale } from './freshness.ts'

/** A row as filters see it: the same facts that the browser filters by. */
export function factsOf(row: Row, stale: string | null, nowMs: number): DestinationFacts {
  const { ref, variant, internal } = row.info
  return {
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    type: ref.type,
    ...(variant === undefined ? {} : { variant }),
    state: row.state,
    internal,
    deadLetter: row.deadLetter,
    readings: markAllStale(row.readings, stale, nowMs),
    problems: row.problems,
  }
}

// No chip asks where rejects go, so whether the broker says so makes no difference here.
const chips = destinationChips.map((chip) => ({
  id: chip.id,
  filter: readFilter(chip.clause, destinationTable(false)),
}))
const counted = new WeakMap<Snapshot, Record<string, number>>()

/** How many rows each chip over the list stands for; found once a snapshot. Age changes none of them. */
export function countRows(snapshot: Snapshot): Record<string, number> {
  const known = counted.get(snapshot)
  if (known) return known
  const counts: Record<string, number> = { all: snapshot.rows.length }
  for (const { id } of chips) counts[id] = 0
  for (const row of snapshot.rows) {
    const facts = factsOf(row, null, snapshot.sampledAtMs)
    for (const { id, filter } of chips)
      if (filter.ok && filter.matches(facts, snapshot.sampledAtMs)) counts[id] = (counts[id] ?? 0) + 1
  }
  counted.set(snapshot, counts)
  return counts
}
