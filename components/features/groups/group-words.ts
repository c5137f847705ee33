import type { Level } from '@/components/ui/state-mark'
import { countOf } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import type { Group } from '@/lib/schemas/group'

const typeWords: Record<Group['type'], string> = {
  classic: 'classic protocol',
  consumer: 'consumer protocol, KIP-848',
  share: 'share group, KIP-932',
  streams: 'streams group, KIP-1071',
  redis: 'Redis stream group',
  queue: 'queue consumers',
}

export function groupType(group: Pick<Group, 'type'>): string {
  return typeWords[group.type]
}

/** What a group's lag is counted by: a Redis stream has no partitions. */
export function partWord(group: Pick<Group, 'type'>): 'partition' | 'stream' {
  return group.type === 'redis' ? 'stream' : 'partition'
}

export interface Verdict {
  readonly level: Level
  readonly word: string
  readonly sentence: string
}

/** What one reading can say: who is there and how far behind. Movement over time needs history, and is not claimed. */
export function verdictOf(group: Pick<Group, 'state' | 'members' | 'total' | 'lag' | 'problems'>): Verdict {
  const total = measure(group.total, 'full')
  const unknownRows = group.lag.filter((row) => row.lag.state !== 'ok').length
  const partly =
    unknownRows > 0 && unknownRows < group.lag.length
      ? ` ${countOf(unknownRows, 'partition')} could not be counted.`
      : ''
  const problem = group.problems?.[0]
  if (problem) return { level: 'warn', word: 'Incomplete', sentence: `${problem.message}.` }
  if (total.value === null)
    return { level: 'unknown', word: 'Unknown', sentence: `The lag is not known: ${total.title}.` }
  if (total.value === 0)
    return { level: 'ok', word: 'OK', sentence: `Nothing is waiting for this group.${partly}` }
  const waiting = `${countOf(total.value, 'message')} ${total.value === 1 ? 'is' : 'are'} waiting`
  if (group.members.length === 0)
    return {
      level: 'crit',
      word: 'Nobody reads',
      sentence: `${waiting} and the group has no members.${partly}`,
    }
  return {
    level: 'warn',
    word: 'Behind',
    sentence: `${waiting} for ${countOf(group.members.length, 'member')}.${partly}`,
  }
}

/** The mark in a list, where lag under way is normal: only a group nobody reads stands out. */
export function groupLevel(group: Group): Level {
  const { level } = verdictOf(group)
  return level === 'warn' && !group.problems?.length ? 'ok' : level
}
