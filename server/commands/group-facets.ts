import { AppError } from '../../lib/domain/app-error.ts'
import type { BrokerConnection, Call, GroupsFacet, OffsetsFacet } from '../brokers/contract/index.ts'

interface GroupFacets {
  readonly groups: GroupsFacet
  readonly offsets: OffsetsFacet
}

/** The facet, or `unsupported` with the group's own reason; `not_found` when the group is not there either. */
export async function needGroupFacet<F extends keyof GroupFacets>(
  connection: BrokerConnection,
  key: string,
  name: F,
  call: Call,
): Promise<GroupFacets[F]> {
  const facet = connection[name]
  if (facet) return facet as GroupFacets[F]
  const sample = await connection.groups?.describe(key, call)
  const reason = sample?.abilities[name]?.reason ?? `Groups of this broker offer no ${name}`
  throw new AppError('unsupported', reason)
}

/** One optional member of the groups facet, bound; `unsupported` with the group's reason where it is missing. */
export async function needGroupAct<M extends 'removalEffect' | 'removeMember' | 'claimPending' | 'countLag'>(
  connection: BrokerConnection,
  key: string,
  name: M,
  call: Call,
): Promise<NonNullable<GroupsFacet[M]>> {
  const groups = await needGroupFacet(connection, key, 'groups', call)
  const act = groups[name]
  if (act) return act
  const { abilities } = await groups.describe(key, call)
  throw new AppError('unsupported', abilities[abilityOf[name]]?.reason ?? missing[name])
}

const abilityOf = {
  removalEffect: 'members',
  removeMember: 'members',
  claimPending: 'pending',
  countLag: 'groups',
} as const
const missing = {
  removalEffect: 'This broker takes no members out of groups',
  removeMember: 'This broker takes no members out of groups',
  claimPending: 'Groups here keep a position, no list of pending entries to hand over',
  countLag: 'What this broker knows of lag is as exact as it can be counted',
} as const
