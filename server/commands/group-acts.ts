import { AppError } from '../../lib/domain/app-error.ts'
import type { ActResult, ClaimPendingInput, RemoveMemberInput } from '../../lib/schemas/connection.ts'
import type { OffsetPart, OffsetPlan, OffsetPlanInput } from '../../lib/schemas/offset.ts'
import { type Call, type Caller, decodeRef } from '../brokers/contract/index.ts'
import { needGroupAct, needGroupFacet } from './group-facets.ts'
import { groupKeyOf } from './group-key.ts'
import type { CommandPorts } from './ports.ts'

export interface GroupActs {
  /** What removing this member would do, in a sentence. */
  removalEffect(
    broker: string,
    group: string,
    member: string,
    caller: Caller,
    call: Call,
  ): Promise<{ effect: string }>
  removeMember(
    broker: string,
    group: string,
    input: RemoveMemberInput,
    caller: Caller,
    call: Call,
  ): Promise<ActResult>
  claimPending(
    broker: string,
    group: string,
    input: ClaimPendingInput,
    caller: Caller,
    call: Call,
  ): Promise<ActResult>
  countLag(
    broker: string,
    group: string,
    part: OffsetPart & { readonly limit: number },
    caller: Caller,
    call: Call,
  ): Promise<{ count: number; isWhole: boolean }>
  /** Where a reset would lead, partition by partition; changes nothing. */
  planOffsets(
    broker: string,
    group: string,
    input: OffsetPlanInput,
    caller: Caller,
    call: Call,
  ): Promise<OffsetPlan>
}

/** What is done to the members and pending entries of a group, and what is asked before it is moved. */
export function createGroupActs({ findBroker, touched, destinationId }: CommandPorts): GroupActs {
  const at = (broker: string, group: string, caller: Caller) => ({
    connection: findBroker(broker).as(caller),
    key: groupKeyOf(group),
  })
  const touching = async <T>(broker: string, work: Promise<T>): Promise<T> =>
    work.finally(() => touched(broker))

  return {
    async removalEffect(broker, group, member, caller, call) {
      const { connection, key } = at(broker, group, caller)
      const effectOf = await needGroupAct(connection, key, 'removalEffect', call)
      return { effect: await effectOf(key, member, call) }
    },
    async removeMember(broker, group, { member }, caller, call) {
      const { connection, key } = at(broker, group, caller)
      const remove = await needGroupAct(connection, key, 'removeMember', call)
      return touching(broker, remove(key, member, call))
    },
    async claimPending(broker, group, { destination, ids, consumer, minIdleMs }, caller, call) {
      const { connection, key } = at(broker, group, caller)
      // An entry names what it lies in as the broker does, a page of ours by its id: both are taken.
      const ref = decodeRef(destination) ?? decodeRef(destinationId?.(broker, destination, undefined) ?? '')
      if (!ref) throw new AppError('bad_request', 'destination: neither an id nor the name of a destination')
      const claim = await needGroupAct(connection, key, 'claimPending', call)
      const request = { ref, ids: [...new Set(ids)], consumer, minIdleMs }
      return touching(broker, claim(key, request, call))
    },
    async countLag(broker, group, { destination, partition, limit }, caller, call) {
      const { connection, key } = at(broker, group, caller)
      const count = await needGroupAct(connection, key, 'countLag', call)
      const { count: counted, isWhole } = await count(key, { destination, partition }, limit, call)
      return { count: counted, isWhole }
    },
    async planOffsets(broker, group, { target, parts }, caller, call) {
      const { connection, key } = at(broker, group, caller)
      if (target.kind === 'skip-one' && parts?.length !== 1)
        throw new AppError('bad_request', 'parts: skip-one takes exactly one partition')
      const offsets = await needGroupFacet(connection, key, 'offsets', call)
      return offsets.plan(key, { target, parts }, call)
    },
  }
}
