import type { OffsetTarget } from '../../../../lib/schemas/offset.ts'
import { BrokerError } from '../../contract/index.ts'
import type { Cluster } from '../cluster.ts'
import { groupAbilities } from '../group-abilities.ts'
import type { ReadGroup } from '../group-reads.ts'
import { memberOf } from '../group-samples.ts'
import { alterShareOffsetsApi } from '../protocol/commit.ts'

/** @throws unsupported with the reason the group itself shows; bad_request for a target its kind cannot express */
export async function refuseUnmovable(
  cluster: Cluster,
  group: ReadGroup,
  node: number,
  target?: OffsetTarget,
): Promise<void> {
  const versions = await cluster.versionsOf(node)
  const movesShare = versions?.apis.some((api) => api.key === alterShareOffsetsApi.key) === true
  const ability = groupAbilities(group, movesShare).offsets
  if (ability?.level === 'none')
    throw new BrokerError('unsupported', ability.reason ?? `${group.id} cannot be moved`)
  if (group.type === 'share' && target?.kind === 'skip-one')
    throw new BrokerError('bad_request', ability?.reason ?? 'One message of a share group cannot be skipped')
}

/** A group somebody reads with is never moved: the next commit of a member would undo it, or lose messages. */
export function activeMembers(group: ReadGroup): BrokerError {
  const members = group.members.map(memberOf)
  const named = members
    .slice(0, 5)
    .map(({ id, client, host }) => `${client ?? id}${host ? ` on ${host}` : ''}`)
  const rest = members.length > 5 ? ` and ${members.length - 5} more` : ''
  const who = named.length > 0 ? `${named.join(', ')}${rest}` : 'a member the broker does not name'
  return new BrokerError('conflict', `${group.id} is being read by ${who}: nothing was changed`, {
    detail: { members },
  })
}
