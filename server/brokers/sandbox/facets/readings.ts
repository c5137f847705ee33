import type { Problem } from '../../../../lib/schemas/problem.ts'
import type { OkReading } from '../../../../lib/schemas/reading.ts'
import {
  type Counter,
  type DestinationRef,
  type DestinationSample,
  type GroupSample,
  ok,
  unavailable,
  unsupported,
} from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import type { SandboxGroup, SandboxLog } from '../engine/log.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import { logId } from './views.ts'

/** A record that is not acknowledged is tried again after so long. */
const redeliverMs = 60_000
const noBytes = unsupported('The sandbox keeps messages in memory and does not count their bytes.')

/** Destinations the `partial` scenario cannot read. */
export function problemsOf(broker: SandboxBroker, name: string): readonly Problem[] {
  if (broker.fault !== 'partial' || name !== 'order-events') return []
  return [{ scope: name, code: 'unreachable', message: `${name}: partition 1 has no leader` }]
}

export function sampleQueue(broker: SandboxBroker, queue: SandboxQueue, atMs: number): DestinationSample {
  const { published, delivered, acked, redelivered, expired } = queue.counters
  const count = (value: number) => counter(broker, value, atMs)
  return {
    ref: { type: 'queue', name: queue.name },
    state: queue.depth === 0 && queue.consumers.length === 0 ? 'idle' : 'running',
    readings: {
      depth: ok(queue.depth, 'messages', atMs),
      ready: ok(queue.ready.length, 'messages', atMs),
      unacked: ok(queue.held.size, 'messages', atMs),
      consumers: ok(queue.consumers.length, 'consumers', atMs),
      bytes: noBytes,
    },
    counters: {
      published: count(published),
      delivered: count(delivered),
      acked: count(acked),
      redelivered: count(redelivered),
      expired: count(expired),
    },
    incarnation: String(broker.bornMs),
  }
}

export function sampleLog(broker: SandboxBroker, log: SandboxLog, atMs: number): DestinationSample {
  const groups = [...broker.groups.values()].filter((group) => group.log === log)
  const problems = problemsOf(broker, log.name)
  const isPartial = problems.length > 0
  return {
    ref: { type: 'topic', name: log.name },
    state: isPartial ? 'leaderless' : 'running',
    readings: {
      depth: isPartial ? unavailable('Partition 1 has no leader', atMs) : ok(log.depth, 'messages', atMs),
      partitions: ok(log.partitions.length, 'partitions', atMs),
      groups: ok(groups.length, 'groups', atMs),
      consumers: ok(
        groups.reduce((sum, group) => sum + group.members.length, 0),
        'consumers',
        atMs,
      ),
      ready: unsupported('A log gives nothing away: each group has its own position.'),
      unacked: unsupported('A log gives nothing away: each group has its own position.'),
      bytes: noBytes,
    },
    counters: { published: counter(broker, log.published, atMs) },
    incarnation: String(broker.bornMs),
    ...(isPartial ? { problems } : {}),
  }
}

export function sampleExchange(ref: DestinationRef): DestinationSample {
  const keepsNone = unsupported('An exchange routes messages and keeps none.')
  return { ref, state: 'running', readings: { depth: keepsNone, consumers: keepsNone }, counters: {} }
}

export function sampleGroup(group: SandboxGroup, atMs: number): GroupSample {
  const { log, members } = group
  const missing = group.committed.filter((committed) => committed === null).length
  const lags = log.partitions.map((_, index) => group.lagOf(index))
  const sum = lags.reduce<number>((total, lag) => total + (lag ?? 0), 0)
  return {
    key: group.name,
    name: group.name,
    type: 'classic',
    state: members.length > 0 ? 'stable' : 'empty',
    members: members.map(({ id, client, host, partitions }) => ({
      id,
      client,
      host,
      assignments: [{ destination: log.name, partitions: [...partitions] }],
    })),
    lag: log.partitions.map((partition, index) => {
      const committed = group.committed[index] ?? null
      const lag = lags[index] ?? null
      const member = members.find(({ partitions }) => partitions.includes(index))
      return {
        destination: log.name,
        partition: index,
        committed: committed === null ? null : String(committed),
        start: String(partition.start),
        end: String(partition.end),
        ...(member ? { member: member.id } : {}),
        lag: lag === null ? unavailable('no commit', atMs) : ok(lag, 'messages', atMs),
      }
    }),
    pending: group.pending.map(({ partition, offset, member, sinceMs }) => ({
      id: logId(partition, offset),
      destination: log.name,
      consumer: member,
      idleMs: Math.max(0, (atMs - sinceMs) % redeliverMs),
      deliveries: 1 + Math.max(0, Math.floor((atMs - sinceMs) / redeliverMs)),
    })),
    total: totalOf(sum, missing, lags.length, atMs),
    abilities: { offsets: { level: 'none', reason: 'Moving the position of a group is not built yet.' } },
  }
}

function totalOf(sum: number, missing: number, rows: number, atMs: number) {
  if (missing === rows) return unavailable('no commit', atMs)
  const exact: OkReading = ok(sum, 'messages', atMs)
  return missing === 0 ? exact : { ...exact, quality: 'approximate' as const, detail: { missing } }
}

function counter(broker: SandboxBroker, value: number, atMs: number): Counter {
  return { value: String(value), atMs, epoch: String(broker.bornMs), survivesRestart: false }
}
