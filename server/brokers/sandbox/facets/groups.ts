import { countOf } from '../../../../lib/format/number.ts'
import { BrokerError, type GroupsFacet } from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import { awayMs } from '../engine/clients.ts'
import { pendingAt, type SandboxGroup } from '../engine/group.ts'
import { type Gate, sourceOf } from './gate.ts'
import { sampleGroup } from './readings.ts'
import { parseLogId } from './views.ts'

const awaySeconds = awayMs / 1_000

export function groupsOf(gate: Gate): GroupsFacet {
  const { broker } = gate
  const find = (name: string) => findGroup(broker, name)
  return {
    describe: (key, call) => gate.run(call, () => sampleGroup(find(key), broker.now())),
    acknowledge: (ref, name, ids, call) =>
      gate.touch(call, () => {
        const group = readerOf(broker, ref, name)
        return ids.filter((id) => {
          const at = parseLogId(id)
          return at !== null && group.acknowledge(at.partition, at.offset)
        }).length
      }),
    removalEffect: (key, member, call) => gate.run(call, () => effectOf(find(key), member)),
    removeMember: (key, member, call) =>
      gate.touch(call, () => {
        const effect = effectOf(find(key), member)
        const client = broker.clients.find(member)
        if (client) broker.clients.cut(client, broker.now())
        return { done: 1, detail: effect }
      }),
    claimPending: (key, { ref, ids, consumer, minIdleMs }, call) =>
      gate.touch(call, () => {
        const group = readerOf(broker, ref, key)
        memberOf(group, consumer)
        const atMs = broker.now()
        const wanted = new Set(ids)
        let moved = 0
        group.pending = group.pending.map((record) => {
          const { idleMs, deliveries } = pendingAt(record, atMs)
          if (!wanted.has(`${record.partition}-${record.offset}`) || idleMs < minIdleMs) return record
          moved += 1
          return { ...record, member: consumer, sinceMs: atMs, deliveries }
        })
        const stayed = ids.length - moved
        const left = stayed === 0 ? '' : `; ${stayed} were not pending any more, or less idle than asked`
        return { done: moved, detail: `${consumer} now holds ${countOf(moved, 'more message')}${left}` }
      }),
    countLag: (key, { destination, partition }, limit, call) =>
      gate.touch(call, () => {
        const group = find(key)
        if (destination !== group.log.name || !group.log.partition(partition))
          throw new BrokerError('not_found', `${key} does not read partition ${partition} of ${destination}`)
        const lag = group.lagOf(partition)
        if (lag === null)
          throw new BrokerError('conflict', `Partition ${partition} has no commit to count from`)
        return { count: Math.min(lag, limit), isWhole: lag <= limit }
      }),
  }
}

/** Throws `not_found`. */
export function findGroup(broker: SandboxBroker, name: string): SandboxGroup {
  const group = broker.groups.get(name)
  if (!group) throw new BrokerError('not_found', `There is no group called ${name}`)
  return group
}

function readerOf(broker: SandboxBroker, ref: Parameters<typeof sourceOf>[1], name: string): SandboxGroup {
  const { log } = sourceOf(broker, ref)
  const group = findGroup(broker, name)
  if (group.log !== log) throw new BrokerError('not_found', `${name} does not read ${ref.name}`)
  return group
}

function memberOf(group: SandboxGroup, id: string) {
  const member = group.members.find((one) => one.id === id)
  if (!member) throw new BrokerError('not_found', `${group.name} has no member ${id}`)
  return member
}

function effectOf(group: SandboxGroup, id: string): string {
  const { partitions } = memberOf(group, id)
  const others = group.members.length - 1
  const heirs = others === 0 ? 'nobody reads' : `${countOf(others, 'other member')} take over`
  return `${id} leaves ${group.name}: ${heirs} its ${countOf(partitions.length, 'partition')} after a rebalance, until it joins again after ${awaySeconds} s.`
}
