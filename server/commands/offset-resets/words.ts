import type { Member } from '../../../lib/schemas/group.ts'
import type { OffsetReset } from '../../../lib/schemas/offset.ts'
import type { OffsetResetRow } from '../../storage/contract/index.ts'

const named = 3

/** `2 members (worker-1 on 10.0.0.4, worker-2)`: whoever is in the way, so that somebody can go and stop them. */
export function nameMembers(members: readonly Member[]): string {
  const names = members
    .slice(0, named)
    .map(({ client, id, host }) => `${client ?? id}${host ? ` on ${host.replace(/^\//, '')}` : ''}`)
  const rest = members.length > named ? [`${members.length - named} more`] : []
  return `${members.length} ${members.length === 1 ? 'member' : 'members'} (${[...names, ...rest].join(', ')})`
}

const iso = (ms: number) => new Date(ms).toISOString()
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))

/** As the API shows it: what is being applied is not over, so it still counts as armed. */
export function presentReset(row: OffsetResetRow): OffsetReset {
  return {
    id: row.id,
    broker: row.broker,
    group: { id: row.groupId, name: row.groupName },
    state: row.state === 'applying' ? 'armed' : row.state,
    rows: [...row.rows],
    createdBy: row.createdBy,
    createdAt: iso(row.createdAtMs),
    expiresAt: isoOrNull(row.expiresAtMs),
    finishedAt: isoOrNull(row.finishedAtMs),
    detail: row.detail,
  }
}
