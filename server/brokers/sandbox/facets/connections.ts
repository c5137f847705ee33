import { countOf } from '../../../../lib/format/number.ts'
import type { Connection } from '../../../../lib/schemas/connection.ts'
import type { Reading } from '../../../../lib/schemas/reading.ts'
import {
  BrokerError,
  type ConnectionsFacet,
  type DestinationRef,
  decodeParts,
  encodeParts,
  ok,
} from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import { awayMs, type Client } from '../engine/clients.ts'
import { pendingAt } from '../engine/group.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import type { Gate } from './gate.ts'

const ownName = 'signalbox'
const awaySeconds = awayMs / 1_000

export function connectionsOf(gate: Gate): ConnectionsFacet {
  const { broker } = gate
  return {
    list: ({ destination, cursor, limit }, call) =>
      gate.run(call, () => {
        const [after, ...rest] = cursor === undefined ? [] : (decodeParts(cursor) ?? [])
        if (cursor !== undefined && (after === undefined || rest.length > 0))
          throw new BrokerError('bad_request', 'This cursor is not ours')
        const atMs = broker.now()
        const state = broker.nodes.blocked() === null ? 'running' : 'blocked'
        const all = [
          ownConnection(broker, atMs),
          ...broker.clients.list().map((one) => show(one, state, atMs)),
        ]
          .filter((one) => !destination || readsFrom(one, destination))
          .toSorted((a, b) => (a.client < b.client ? -1 : 1))
        const left = all.filter((one) => after === undefined || one.client > after)
        const items = left.slice(0, limit)
        const last = items.at(-1)
        return { items, next: left.length > limit && last ? encodeParts([last.client]) : null, problems: [] }
      }),
    close: (id, _reason, call) =>
      gate.touch(call, () => {
        const name = decodeParts(id)?.[0]
        if (name === ownName)
          throw new BrokerError('forbidden', 'This is the connection of the console itself')
        const client = name === undefined ? null : broker.clients.find(name)
        if (!client) throw new BrokerError('not_found', 'This client is not connected any more')
        const returned = broker.clients.cut(client, broker.now())
        const detail = `${client.name} was cut off; ${countOf(returned, 'message')} went back. It connects again after ${awaySeconds} s`
        return { done: 1, detail }
      }),
  }
}

function readsFrom({ consumers }: Connection, { type, name }: DestinationRef): boolean {
  return type !== 'exchange' && consumers.some(({ destination }) => destination.name === name)
}

function show(client: Client, state: string, atMs: number): Connection {
  const queues = client.queues.map(({ queue, consumer }) => {
    const held = queue.heldBy(consumer.tag)
    const oldest = oldestOf(queue, held, atMs)
    return {
      tag: consumer.tag,
      destination: { name: queue.name },
      prefetch: consumer.prefetch,
      unacked: ok(held.length, 'messages', atMs),
      ...(oldest ? { oldestUnacked: oldest } : {}),
      isActive: true,
    }
  })
  const groups = client.groups.map(({ group, member }) => {
    const pending = group.pending.filter((record) => record.member === member.id)
    const idleMs = Math.max(...pending.map((record) => pendingAt(record, atMs).idleMs))
    return {
      tag: member.id,
      destination: { name: group.log.name },
      group: group.name,
      unacked: ok(pending.length, 'messages', atMs),
      ...(pending.length > 0 ? { oldestUnacked: ok(idleMs / 1_000, 'seconds', atMs) } : {}),
      isActive: group.isReadingAt(atMs),
    }
  })
  const consumers = [...queues, ...groups]
  const unacked = consumers.reduce((sum, consumer) => sum + consumer.unacked.value, 0)
  return {
    id: encodeParts([client.name]),
    client: client.name,
    user: 'shop',
    host: client.host,
    tls: false,
    protocol: 'in process',
    state,
    since: new Date(client.sinceMs).toISOString(),
    readings: { unacked: ok(unacked, 'messages', atMs) },
    consumers,
    closeEffect: effectOf(client, unacked),
    isOwn: false,
  }
}

function effectOf({ name, queues, groups }: Client, unacked: number): string {
  const back = unacked > 0 ? ` and ${countOf(unacked, 'message')} it holds go to others` : ''
  const rebalance = groups.map(({ group }) => `; ${group.name} rebalances`).join('')
  const from = [...queues.map(({ queue }) => queue.name), ...groups.map(({ group }) => group.log.name)]
  return `${name} is cut off from ${from.join(', ')}${back}${rebalance}. It connects again after ${awaySeconds} s.`
}

/** The console's own: it holds what its claims hold. */
function ownConnection(broker: SandboxBroker, atMs: number): Connection {
  const consumers = [...broker.queues.values()].flatMap((queue) => {
    const held = queue.held.size === 0 ? [] : queue.heldBy()
    const unacked = ok(held.length, 'messages', atMs)
    return held.length === 0
      ? []
      : { tag: ownName, destination: { name: queue.name }, unacked, isActive: true }
  })
  const unacked = consumers.reduce((sum, consumer) => sum + consumer.unacked.value, 0)
  return {
    id: encodeParts([ownName]),
    client: ownName,
    user: 'console',
    tls: false,
    protocol: 'in process',
    state: 'running',
    since: new Date(broker.bornMs).toISOString(),
    readings: { unacked: ok(unacked, 'messages', atMs) },
    consumers,
    isOwn: true,
  }
}

function oldestOf(queue: SandboxQueue, held: readonly number[], atMs: number): Reading | null {
  const since = held.flatMap((seq) => queue.heldSinceMs(seq) ?? [])
  return since.length === 0 ? null : ok((atMs - Math.min(...since)) / 1_000, 'seconds', atMs)
}
