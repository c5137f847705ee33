import type { Abilities, Ability } from '../../../lib/schemas/ability.ts'
import type { ReadGroup } from './group-reads.ts'

const none = (reason: string): Ability => ({ level: 'none', reason })

const streamsReason =
  'A streams application keeps state and repartition topics beside its offsets: only its own reset tool moves them together'

/** What can be done with this group; the broker decides again when it is done. */
export function groupAbilities(
  { type, protocolType }: Pick<ReadGroup, 'type' | 'protocolType'>,
  movesShare: boolean,
): Abilities {
  return { offsets: offsetsAbility(type, protocolType, movesShare), members: membersAbility(type) }
}

function offsetsAbility(type: ReadGroup['type'], protocolType: string, movesShare: boolean): Ability {
  if (type === 'streams') return none(streamsReason)
  if (type === 'share')
    return movesShare
      ? {
          level: 'partial',
          reason:
            'A share group acknowledges messages one by one: its start can be moved, one message cannot be skipped',
        }
      : none('These brokers cannot move a share group (Kafka 4.1 and newer can)')
  if (type === 'classic' && protocolType !== '' && protocolType !== 'consumer')
    return none(
      `A group of the protocol "${protocolType}" divides work, it reads no topics and commits nothing`,
    )
  return { level: 'full' }
}

function membersAbility(type: ReadGroup['type']): Ability {
  if (type === 'share' || type === 'streams')
    return none(`Kafka takes no member out of a ${type} group: it leaves by itself, or when its session ends`)
  return { level: 'full' }
}
