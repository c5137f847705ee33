import type { ActResult } from '../../../lib/schemas/connection.ts'
import { BrokerError, type Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode, kafkaErrors } from './errors.ts'
import { groupAbilities } from './group-abilities.ts'
import type { ReadGroup } from './group-reads.ts'
import { type LiveGroup, readLiveGroup } from './live-group.ts'
import type { RawMember } from './protocol/groups.ts'
import { leaveGroupApi } from './protocol/leave.ts'

/** What taking this member out does, in a sentence; asked of the group as it is now. */
export async function describeRemoval(
  cluster: Cluster,
  key: string,
  id: string,
  call: Call,
): Promise<string> {
  const { group, member } = await findMember(cluster, key, id, call)
  const count = member.assigned.reduce((sum, row) => sum + row.partitions.length, 0)
  const others = group.members.length - 1
  const partitions = count === 1 ? 'its partition' : `its ${count} partitions`
  const hand =
    count === 0
      ? 'it holds no partition'
      : others > 0
        ? `${partitions} go to the other ${others === 1 ? 'member' : `${others} members`}`
        : `nobody reads ${partitions} until a member joins`
  const again =
    member.instance === null
      ? 'The client joins again with its next heartbeat, unless it has stopped.'
      : `Its place as "${member.instance}" is given up; the client joins again only when it asks anew, mostly after a restart.`
  return `Takes ${nameOf(member)} out of ${group.id}: the group rebalances and ${hand}; what it read and did not commit is read again. ${again}`
}

/** LeaveGroup in its name. The one who reads may be back at once: that is Kafka's way, and said in the effect. */
export async function removeMember(
  cluster: Cluster,
  key: string,
  id: string,
  call: Call,
): Promise<ActResult> {
  const { group, node, member } = await findMember(cluster, key, id, call)
  // A static member of a classic group is known to LeaveGroup by its instance alone, as in Kafka's own admin client.
  const leaving = { member: member.instance === null ? member.id : '', instance: member.instance }
  const request = { group: group.id, members: [leaving], reason: 'taken out by a person with Signalbox' }
  const answer = await cluster.node(node, leaveGroupApi, request, call)
  const code = answer.error || (answer.members[0]?.error ?? 0)
  if (code === kafkaErrors.unknownMemberId) throw gone(group, id)
  if (code !== 0) throw errorOfCode(code, `member ${id} of group ${key}`)
  return { done: 1, detail: `${nameOf(member)} was taken out of ${group.id}` }
}

async function findMember(
  cluster: Cluster,
  key: string,
  id: string,
  call: Call,
): Promise<LiveGroup & { readonly member: RawMember }> {
  const live = await readLiveGroup(cluster, key, call)
  const ability = groupAbilities(live.group, false).members
  if (ability?.level === 'none')
    throw new BrokerError('unsupported', ability.reason ?? 'Members of this group cannot be taken out')
  const member = live.group.members.find((known) => known.id === id)
  if (member) return { ...live, member }
  const [problem] = live.group.problems
  throw problem ? new BrokerError('unreachable', problem.message) : gone(live.group, id)
}

const gone = (group: ReadGroup, id: string) =>
  new BrokerError('not_found', `${group.id} has no member ${id} now`)

function nameOf(member: RawMember): string {
  const host = member.host.replace(/^\//, '')
  return `${member.client || member.id}${host ? ` on ${host}` : ''}`
}
