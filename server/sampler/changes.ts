import type { LiveSample } from '../../lib/schemas/live.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import type { Row, Snapshot } from './book.ts'

/** What a browser must hear of: the rows that differ from the snapshot before in more than their time. */
export function findChanges(broker: string, before: Snapshot | null, after: Snapshot): LiveSample {
  const destinations = after.rows.flatMap((row) => {
    const old = before?.byId.get(row.id)
    if (old && old.state === row.state && sameReadings(old.readings, row.readings)) {
      if (sameProblems(old.problems, row.problems)) return []
    }
    const { id, state, readings, problems } = row
    return [{ id, state, readings, ...(problems.length > 0 ? { problems: [...problems] } : {}) }]
  })
  const oldGroups = new Map(before?.groups.map((group) => [group.id, group.sample]))
  const groups = after.groups.flatMap(({ id, sample }) => {
    const old = oldGroups.get(id)
    if (old && old.state === sample.state && sameReading(old.total, sample.total)) return []
    return [{ id, state: sample.state, total: sample.total }]
  })
  const structureChanged =
    before !== null &&
    (before.rows.length !== after.rows.length ||
      before.groups.length !== after.groups.length ||
      after.rows.some((row) => isNew(before.byId.get(row.id), row)) ||
      after.groups.some((group) => !oldGroups.has(group.id)))
  return { broker, at: new Date(after.sampledAtMs).toISOString(), destinations, groups, structureChanged }
}

/** Nothing moved: no value, no state, no destination came or went. */
export function isQuiet({ destinations, groups, structureChanged }: LiveSample): boolean {
  return destinations.length === 0 && groups.length === 0 && !structureChanged
}

/** Unknown before, or now in another role: the list says so, a sample does not. */
function isNew(old: Row | undefined, row: Row): boolean {
  return (
    old === undefined ||
    (old.deadLetter !== row.deadLetter && JSON.stringify(old.deadLetter) !== JSON.stringify(row.deadLetter))
  )
}

function sameProblems(a: readonly Problem[], b: readonly Problem[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => one.code === b[i]?.code && one.scope === b[i]?.scope && one.message === b[i]?.message)
  )
}

function sameReadings(a: Readings, b: Readings): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => sameReading(a[name], b[name]))
}

function sameReading(a: Reading | undefined, b: Reading | undefined): boolean {
  if (!a || !b || a.state !== b.state) return a === b
  if (a.state === 'ok' && b.state === 'ok') return a.value === b.value && a.quality === b.quality
  return a.state !== 'ok' && b.state !== 'ok' && a.reason === b.reason
}
