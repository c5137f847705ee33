import type { Level } from '@/components/ui/state-mark'
import { membersOf } from '@/lib/domain/members'
import { isStill, momentOf } from '@/lib/domain/movement'
import { formatCount } from '@/lib/format/number'
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

/** The mark in a list, where lag under way is normal: what does not move, or nobody reads, stands out. */
export function groupLevel(group: Group): Level {
  const behind = measure(group.total).value
  const moment = momentOf(group)
  if (group.lag.some((row) => isStill(row, moment))) return 'crit'
  if (behind !== null && behind > 0 && membersOf(group) === 0) return 'crit'
  if (group.problems?.length) return 'warn'
  return group.total.state === 'ok' ? 'ok' : 'unknown'
}

export function membersWord(group: Group): string {
  const members = membersOf(group)
  return members === null ? 'unknown' : formatCount(members)
}
