import { membersOf } from '../../../lib/domain/members.ts'
import type { OffsetResetRow } from '../../storage/contract/index.ts'
import { compare } from './positions.ts'
import type { GroupStanding } from './standing.ts'
import { nameMembers } from './words.ts'

/**
 * States: armed → applying → applied; armed → cancelled, expired, moved, failed; applying → armed (the group was not
 * empty after all), moved, failed. Invariant: offsets are set only from `applying`, which is stored before, and only
 * while every `old` still holds; what was being applied when the process ended is told by where the group stands,
 * and never applied a second time.
 */
export type Decision =
  | { readonly do: 'wait'; readonly detail: string }
  | { readonly do: 'apply' }
  /** Nothing had been set: it waits again. */
  | { readonly do: 'rearm'; readonly detail: string }
  | {
      readonly do: 'end'
      readonly state: 'applied' | 'expired' | 'moved' | 'failed'
      readonly detail: string
    }

/** What could be seen of the group: itself, or why not. */
export type Seen =
  | { readonly kind: 'group'; readonly group: GroupStanding }
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }

/** What to do about a reset that is not over, from what is known now. */
export function decide(row: OffsetResetRow, seen: Seen, nowMs: number): Decision {
  const isOver = row.expiresAtMs !== null && nowMs >= row.expiresAtMs
  return row.state === 'applying' ? resolve(row, seen, isOver) : watch(row, seen, isOver)
}

function watch(row: OffsetResetRow, seen: Seen, isOver: boolean): Decision {
  if (isOver) return end('expired', 'The group was not empty in time; nothing was changed')
  if (seen.kind === 'silent') return wait(`The broker cannot be asked: ${seen.reason}`)
  if (seen.kind === 'gone') return end('failed', `${seen.reason}; nothing was changed`)
  const { group } = seen
  const members = membersOf(group)
  const { isBefore } = compare(row.rows, group.lag)
  if (members === null) return wait('Its members could not be listed: they are unknown, not none')
  if (members > 0) {
    const moved = isBefore
      ? ''
      : '; its offsets have moved since the plan, so it will have to be planned again'
    return wait(`Waits for ${nameMembers(group.members)} to leave${moved}`)
  }
  return isBefore ? { do: 'apply' } : end('moved', 'Its offsets moved since the plan; nothing was changed')
}

function resolve(row: OffsetResetRow, seen: Seen, isOver: boolean): Decision {
  if (seen.kind !== 'group') {
    if (seen.kind === 'silent' && !isOver) return wait(`Being applied; not confirmed: ${seen.reason}`)
    return end('failed', `Nobody knows whether it was applied: ${seen.reason}`)
  }
  const { isThere, isBefore, arrived, elsewhere } = compare(row.rows, seen.group.lag)
  if (isThere) return end('applied', 'Every offset stands where the plan leads')
  if (isBefore) {
    if (row.waits && !isOver) return { do: 'rearm', detail: 'Nothing was set yet: it waits again' }
    return end('failed', 'It was broken off before anything was set; nothing was changed')
  }
  if (elsewhere.length > 0) {
    return end(
      'moved',
      'It was being applied when it was broken off, and the group moved since: it is not applied again',
    )
  }
  const set = `${arrived.length} of ${row.rows.length} partitions`
  return end('failed', `Broken off in the middle: ${set} were set, the others were not`)
}

const wait = (detail: string): Decision => ({ do: 'wait', detail })
const end = (state: 'applied' | 'expired' | 'moved' | 'failed', detail: string): Decision => ({
  do: 'end',
  state,
  detail,
})
