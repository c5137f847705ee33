import { BrokerError, type Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode, kafkaErrors } from './errors.ts'
import { listGroups, type ReadGroup, readGroups } from './group-reads.ts'
import { findCoordinatorApi } from './protocol/groups.ts'

/** A group as its coordinator tells it now, and that coordinator. */
export interface LiveGroup {
  readonly group: ReadGroup
  readonly node: number
}

/** Throws `not_found`, and `unreachable` while its coordinator is away. */
export async function readLiveGroup(cluster: Cluster, key: string, call: Call): Promise<LiveGroup> {
  const [found] = await cluster.any(findCoordinatorApi, { groups: [key] }, call)
  if (found?.error !== 0)
    throw errorOfCode(found?.error ?? kafkaErrors.coordinatorNotAvailable, `group ${key}`, found?.message)
  const { node } = found
  const { groups, problems } = await listGroups(cluster, [node], call)
  const listed = groups.find((group) => group.id === key)
  if (!listed) {
    const [problem] = problems
    throw problem
      ? new BrokerError('unreachable', problem.message)
      : new BrokerError('not_found', `There is no group ${key}`)
  }
  const [group] = await readGroups(cluster, [listed], call)
  if (!group) throw new BrokerError('not_found', `There is no group ${key}`)
  return { group, node }
}
