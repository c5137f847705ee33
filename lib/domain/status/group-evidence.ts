import { countOf, formatCount, formatRate } from '../../format/number.ts'
import type { GroupFacts, PartFacts } from './facts.ts'
import type { SortedParts } from './judge-group.ts'
import { sayDuration } from './words.ts'

/** What a verdict on a group follows from, in short lines. */
export function evidenceOf(facts: GroupFacts, sorted: SortedParts): string[] {
  const { part, parts, members, arriving, reading, overdue } = facts
  const { counted, waiting, still, moving } = sorted
  const lines = [...still]
    .sort((a, b) => (b.lag ?? 0) - (a.lag ?? 0))
    .slice(0, 3)
    .map((one) => {
      const arrived = one.arrived === null ? '' : `, ${formatCount(one.arrived)} arrived since`
      const held = one.member ? `, held by ${one.member}` : ''
      return `${part} ${one.name}: ${formatCount(one.lag ?? 0)} behind, not moved for ${stillWords([one])}${arrived}${held}`
    })
  if (still.length > 3) lines.push(`${formatCount(still.length - 3)} more ${part}s that do not move`)
  if (moving.length > 0) lines.push(`${countOf(moving.length, part)} committed within the last minute`)
  else if (counted.length > 0 && waiting.length > 0 && still.length === 0)
    lines.push('no commit was seen so far')
  if (members === 0)
    lines.push(
      moving.length > 0 ? `no members, yet commits move: ${part}s are assigned by hand` : 'no members',
    )
  else
    lines.push(`${members === null ? 'members not known' : countOf(members, 'member')}, state ${facts.state}`)
  if (arriving !== null && reading !== null)
    lines.push(`${formatRate(arriving)} a second arrive, ${formatRate(reading)} are read`)
  if (overdue) lines.push(overdueWords(overdue))
  const rest = parts.length - counted.length
  if (rest > 0) lines.push(`${countOf(rest, part)} not counted: ${facts.unknownReason}`)
  lines.push(watchWords(facts))
  return lines
}

/** The one that rests for the shortest time. */
export function shortestOf(parts: readonly PartFacts[]): PartFacts {
  return parts.reduce((least, part) => ((part.stillMs ?? 0) < (least.stillMs ?? 0) ? part : least))
}

/** How long the shortest of them rests: of all it is true. */
export function stillWords(parts: readonly PartFacts[]): string {
  const shortest = shortestOf(parts)
  return `${shortest.hasMoved ? '' : 'at least '}${sayDuration(shortest.stillMs ?? 0)}`
}

export function overdueWords({ entries, oldestMs, deliveries }: NonNullable<GroupFacts['overdue']>): string {
  const are = entries === 1 ? 'is' : 'are'
  const tries = deliveries > 1 ? `, delivered up to ${formatCount(deliveries)} times` : ''
  return `${countOf(entries, 'delivered message')} ${are} not acknowledged (${sayDuration(oldestMs)} since the last delivery${tries})`
}

export function watchWords({ watchedMs }: GroupFacts): string {
  return watchedMs === null ? 'not watched so far' : `watched for ${sayDuration(watchedMs)}`
}
