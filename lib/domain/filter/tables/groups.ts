import type { Group } from '../../../schemas/group.ts'
import { drawnValue } from '../../destination-level.ts'
import { membersOf } from '../../members.ts'
import type { Chip } from '../chips.ts'
import type { FieldTable } from '../fields.ts'

export type GroupFacts = Pick<Group, 'name' | 'type' | 'state' | 'members' | 'lag' | 'total'> & {
  readonly problems?: readonly { readonly message: string }[] | undefined
}

/** Messages wait and nobody reads them, or a part of it could not be read. */
function isInTrouble(group: GroupFacts): boolean {
  if ((group.problems?.length ?? 0) > 0) return true
  const total = drawnValue(group.total)
  return total === null || (total > 0 && membersOf(group) === 0)
}

export const groupTable: FieldTable<GroupFacts> = {
  fields: {
    name: { kind: 'text', about: 'its name', read: (group) => group.name },
    state: { kind: 'text', about: "the broker's own word", read: (group) => group.state },
    type: { kind: 'text', about: 'classic, consumer, share, redis …', read: (group) => group.type },
    lag: {
      kind: 'number',
      unit: 'count',
      about: 'messages waiting',
      read: (group) => drawnValue(group.total),
    },
    members: { kind: 'number', unit: 'count', about: 'who reads', read: membersOf },
    reads: {
      kind: 'text',
      about: 'what it reads',
      read: (group) => [...new Set(group.lag.map((row) => row.destination))],
    },
    host: {
      kind: 'text',
      about: 'where its members run',
      read: (group) => group.members.flatMap((member) => member.host ?? []),
    },
    attention: { kind: 'flag', about: 'nobody reads, or not known', read: isInTrouble },
    problem: {
      kind: 'text',
      about: 'what could not be read',
      read: (group) => (group.problems ?? []).map((problem) => problem.message),
    },
  },
  aliases: { total: 'lag', destination: 'reads', topic: 'reads', stream: 'reads' },
  word: (group) => group.name,
}

export const groupChips: readonly Chip[] = [
  { id: 'behind', label: 'Behind', clause: 'lag>0' },
  { id: 'empty', label: 'Without members', clause: 'members=0' },
  { id: 'attention', label: 'Needs attention', clause: 'attention:yes' },
]
