import {
  type BrokerConnection,
  BrokerError,
  type DestinationDescription,
  type DestinationInfo,
  type DestinationParts,
  type DestinationRef,
  decodeParts,
  encodeParts,
  ok,
  type Sample,
  unsupported,
} from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import { type Gate, notFound } from './gate.ts'
import { sampleNodes, sandboxVersion } from './nodes.ts'
import { problemsOf, sampleExchange, sampleGroup, sampleLog, sampleQueue } from './readings.ts'
import { abilitiesOf, brokerAbilities, noWorker } from './views.ts'

type Core = Pick<BrokerConnection, 'probe' | 'listDestinations' | 'describeDestination' | 'sample' | 'past'>

export function coreOf(gate: Gate): Core {
  const { broker } = gate
  return {
    probe: (call) =>
      gate.run(call, () => ({
        version: sandboxVersion,
        identity: 'sandbox, inside the console',
        user: null,
        abilities: broker.worker ? brokerAbilities : { ...brokerAbilities, sandbox: noWorker },
        problems: [],
      })),
    listDestinations: ({ cursor, limit }, call) =>
      gate.run(call, () => {
        const after = cursor === undefined ? null : decodeParts(cursor)
        if (cursor !== undefined && after?.length !== 2)
          throw new BrokerError('bad_request', 'This cursor is not ours')
        const all = listRefs(broker)
        const start = after ? all.findIndex((ref) => compareRefs(ref, after) > 0) : 0
        const refs = start < 0 ? [] : all.slice(start, start + limit)
        const last = refs.at(-1)
        const hasMore = start >= 0 && start + limit < all.length
        return {
          items: refs.map((ref) => infoOf(broker, ref)),
          next: hasMore && last ? encodeParts([last.name, last.type]) : null,
          problems: [],
        }
      }),
    describeDestination: (ref, call) => gate.run(call, () => describeRef(broker, ref)),
    sample: (_watched, call) => gate.run(call, () => sampleAll(broker, broker.now())),
    past: (call) =>
      gate.run(call, () => {
        const { past } = broker
        broker.past = []
        return past
      }),
  }
}

function listRefs(broker: SandboxBroker): DestinationRef[] {
  const refs: DestinationRef[] = [
    ...[...broker.queues.keys()].map((name) => ({ type: 'queue' as const, name })),
    ...[...broker.logs.keys()].map((name) => ({ type: 'topic' as const, name })),
    ...[...broker.exchanges.keys()].map((name) => ({ type: 'exchange' as const, name })),
  ]
  return refs.sort((a, b) => compareRefs(a, [b.name, b.type]))
}

function compareRefs(ref: DestinationRef, [name = '', type = '']: readonly string[]): number {
  if (ref.name !== name) return ref.name < name ? -1 : 1
  return ref.type === type ? 0 : ref.type < type ? -1 : 1
}

function infoOf(broker: SandboxBroker, ref: DestinationRef): DestinationInfo {
  const variant = ref.type === 'exchange' ? broker.exchanges.get(ref.name) : undefined
  const problems = problemsOf(broker, ref.name)
  return {
    ref,
    ...(variant ? { variant } : {}),
    internal: false,
    abilities: abilitiesOf(ref),
    ...(problems.length > 0 ? { problems } : {}),
  }
}

function describeRef(broker: SandboxBroker, ref: DestinationRef): DestinationDescription {
  if (!broker.has(ref)) throw notFound(ref)
  const info = infoOf(broker, ref)
  const atMs = broker.now()
  const queue = ref.type === 'queue' ? broker.queues.get(ref.name) : undefined
  if (queue) return { ...info, sample: sampleQueue(broker, queue, atMs), parts: queueParts(broker, queue) }
  const log = ref.type === 'topic' ? broker.logs.get(ref.name) : undefined
  if (log) return { ...info, sample: sampleLog(broker, log, atMs), parts: logParts(broker, log) }
  const parts = { settings: [], bindings: bindingsOf(broker, (binding) => binding.exchange === ref.name) }
  return { ...info, sample: sampleExchange(ref), parts }
}

function queueParts(broker: SandboxBroker, queue: SandboxQueue): DestinationParts {
  const { deadLetter, ttlMs, maxLength } = queue.settings
  const settings = [
    ...(deadLetter
      ? [
          { name: 'dead-letter-exchange', value: deadLetter.exchange, source: 'argument' },
          { name: 'dead-letter-routing-key', value: deadLetter.key, source: 'argument' },
        ]
      : []),
    ...(ttlMs === undefined ? [] : [{ name: 'message-ttl', value: String(ttlMs), source: 'argument' }]),
    ...(maxLength === undefined
      ? []
      : [{ name: 'max-length', value: String(maxLength), source: 'argument' }]),
  ]
  const consumers = queue.consumers.map(({ tag, host, prefetch }) => ({
    id: tag,
    name: tag,
    host,
    prefetch,
    active: true,
  }))
  return { settings, bindings: bindingsOf(broker, (binding) => binding.queue === queue.name), consumers }
}

function bindingsOf(broker: SandboxBroker, matches: (binding: SandboxBroker['bindings'][number]) => boolean) {
  return broker.bindings.filter(matches).map(({ exchange, pattern, queue }) => ({
    source: exchange,
    destination: queue,
    destinationType: 'queue',
    routingKey: pattern,
  }))
}

function logParts(broker: SandboxBroker, log: SandboxLog): DestinationParts {
  const [problem] = problemsOf(broker, log.name)
  const bytes = unsupported('The sandbox keeps messages in memory and does not count their bytes.')
  return {
    settings: [
      { name: 'retention.messages', value: String(log.keepEach), source: 'broker default', isDefault: true },
    ],
    partitions: log.partitions.map((partition, index) => {
      const isLost = problem !== undefined && index === 1
      return {
        partition: index,
        leader: isLost ? null : broker.nodes.leaderOf(index),
        replicas: [...broker.nodes.names],
        inSync: isLost ? [] : [...broker.nodes.names],
        start: isLost ? null : String(partition.start),
        end: isLost ? null : String(partition.end),
        bytes,
        ...(isLost ? { problem } : {}),
      }
    }),
  }
}

/** `atMs` is the moment the world stands at. */
export function sampleAll(broker: SandboxBroker, atMs: number): Sample {
  const queues = [...broker.queues.values()]
  const logs = [...broker.logs.values()]
  const messages =
    queues.reduce((sum, queue) => sum + queue.depth, 0) + logs.reduce((sum, log) => sum + log.depth, 0)
  const nodes = sampleNodes(broker, atMs)
  const blocked = broker.nodes.blocked()
  return {
    atMs,
    readings: {
      messages: ok(messages, 'messages', atMs),
      destinations: ok(queues.length + logs.length + broker.exchanges.size, 'count', atMs),
      consumers: ok(
        queues.reduce((sum, queue) => sum + queue.consumers.length, 0),
        'consumers',
        atMs,
      ),
      connections: ok(broker.clients.list().length + 1, 'count', atMs),
    },
    destinations: [
      ...queues.map((queue) => sampleQueue(broker, queue, atMs)),
      ...logs.map((log) => sampleLog(broker, log, atMs)),
      ...[...broker.exchanges.keys()].map((name) => sampleExchange({ type: 'exchange', name })),
    ],
    groups: [...broker.groups.values()].map((group) => sampleGroup(group, atMs)),
    nodes,
    ...(blocked === null ? {} : { blocked }),
    problems: logs.flatMap((log) => problemsOf(broker, log.name)),
  }
}
