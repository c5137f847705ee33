import { AppError } from '../../lib/domain/app-error.ts'
import { brokerPath } from '../../lib/format/paths.ts'
import type { NeedPage } from '../../lib/schemas/need.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { Snapshot, Watched } from '../sampler/index.ts'
import type { Root } from './group-needs.ts'

/** What lies in a broker, for when nothing of it can be read. */
export function rootOf({ id, label }: Watched['broker'], snapshot: Snapshot | null): Root {
  const destinations = snapshot?.rows.filter((row) => !row.info.internal).length ?? 0
  return { broker: id, label, href: brokerPath(id), groups: snapshot?.groups.length ?? 0, destinations }
}

/** What was looked at, so that calm can be believed. */
export function checkedOf(known: readonly Watched[]): NeedPage['checked'] {
  const times = known.flatMap(({ snapshot }) => (snapshot ? [snapshot.sampledAtMs] : []))
  const rows = known.flatMap(({ snapshot }) => snapshot?.rows ?? []).filter((row) => !row.info.internal)
  return {
    at: times.length === 0 ? null : new Date(Math.min(...times)).toISOString(),
    brokers: known.length,
    groups: known.reduce((sum, { snapshot }) => sum + (snapshot?.groups.length ?? 0), 0),
    destinations: rows.length,
    deadLetterQueues: rows.filter((row) => row.deadLetter.isDeadLetter).length,
  }
}

/** What could not be checked; a broker that is down is a need itself, and says so there. */
export function problemsOf({ broker, health, snapshot }: Watched): Problem[] {
  if (health.state === 'down') return []
  if (!snapshot) {
    const message = `${broker.label} has not been read yet: ${health.reason ?? 'it has not answered'}`
    return [{ scope: broker.id, code: 'unavailable', message }]
  }
  return snapshot.problems.map((problem) => ({ ...problem, scope: `${broker.id}/${problem.scope}` }))
}

/** Where a page goes on. */
export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const [, digits] = /^n(\d{1,6})$/.exec(cursor) ?? []
  if (digits === undefined) throw new AppError('bad_request', 'cursor: expected nextCursor of this list')
  return Number(digits)
}
