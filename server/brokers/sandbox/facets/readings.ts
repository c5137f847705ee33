import type { LagRow, Member } from '../../../../lib/schemas/group.ts'
import type { Problem } from '../../../../lib/schemas/problem.ts'
import type { OkReading, Reading, Unit } from '../../../../lib/schemas/reading.ts'
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
import { pendingAt, type SandboxGroup } from '../engine/group.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import { groupAbilities, logId } from './views.ts'

const noBytes = unsupported('The sandbox keeps messages in memory and does not count their bytes.')

/** Destinations the `partial` scenario cannot read. */
export function problemsOf(broker: SandboxBroker, name: string): readonly Problem[] {
  if (broker.fault !== 'partial' || name !== 'order-events') return []
  return [{ scope: name, code: 'unreachable', message: `${name}: partition 1 has no leader` }]
}

export function sampleQueue(broker: SandboxBroker, queue: SandboxQueue, atMs: number): DestinationSample {
  const { published, delivered, acked, redelivered, expired } = queue.counters
  const { maxLength } = queue.settings
  const count = (value: number) => counter(broker, value, atMs)
  return {
    ref: { type: 'queue', name: queue.name },
    state: queue.depth === 0 && queue.consumers.length === 0 ? 'idle' : 'running',
    readings: {
      depth: ok(queue.depth, 'messages', atMs),
      ready: ok(queue.ready.length, 'messages', atMs),
      unacked: ok(queue.held.size, 'messages', atMs),
      consumers: ok(queue.consumers.length, 'consumers', atMs),
      ...(maxLength === undefined ? {} : { maxLength: ok(maxLength, 'messages', atMs) }),
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

/** Nothing is assigned to anybody while they wait for a rebalance. */
export function sampleMembers(group: SandboxGroup, atMs: number): Member[] {
  return group.members.map(({ id, client, host, partitions }) => {
    const pending = group.pending.filter(({ member }) => member === id).length
    const assigned = group.isReadingAt(atMs) ? [...partitions] : []
    return {
      id,
      client,
      host,
      assignments: [{ destination: group.log.name, partitions: assigned }],
      ...(pending > 0 ? { pending: ok(pending, 'messages', atMs) } : {}),
    }
  })
}

export function sampleGroup(group: SandboxGroup, atMs: number): GroupSample {
  const { log } = group
  const rows = log.partitions.map((_, index) => sampleLag(group, index, atMs))
  const lags = rows.map(({ lag }) => lag)
  const sum = (readings: readonly OkReading[]) => readings.reduce((total, { value }) => total + value, 0)
  const worst = (readings: readonly OkReading[]) => Math.max(...readings.map(({ value }) => value))
  return {
    key: group.name,
    name: group.name,
    type: 'classic',
    state: group.stateAt(atMs),
    epoch: String(group.epoch),
    members: sampleMembers(group, atMs),
    lag: rows,
    pending: group.pending.map((record) => ({
      id: logId(record.partition, record.offset),
      destination: log.name,
      consumer: record.member,
      ...pendingAt(record, atMs),
    })),
    total: totalOf(lags, sum, 'messages', atMs),
    totalSeconds: totalOf(
      rows.map(({ lagSeconds }) => lagSeconds),
      worst,
      'seconds',
      atMs,
    ),
    abilities: groupAbilities,
  }
}

function sampleLag(group: SandboxGroup, index: number, atMs: number): LagRow {
  const partition = group.log.partition(index)
  const [start, end] = [partition?.start ?? 0, partition?.end ?? 0]
  const committed = group.committed[index] ?? null
  const lag = group.lagOf(index)
  const owner = group.ownerAt(index, atMs)
  const next = partition?.at(group.positionOf(index) ?? -1)
  // A timestamp is its publisher's choice and may lie ahead.
  const seconds = next ? Math.max(0, atMs - next.timestampMs) / 1_000 : 0
  return {
    destination: group.log.name,
    partition: index,
    committed: committed === null ? null : String(committed),
    start: String(start),
    end: String(end),
    ...(owner ? { member: owner.id } : {}),
    lag: lag === null ? unavailable('no commit', atMs) : ok(lag, 'messages', atMs),
    lagSeconds: lag === null ? unavailable('no commit', atMs) : ok(seconds, 'seconds', atMs),
    ...(committed === null ? {} : { lost: ok(Math.max(0, start - committed), 'messages', atMs) }),
  }
}

/** Of the rows that are known; how many are not is said. */
function totalOf(
  rows: readonly (Reading | undefined)[],
  combine: (known: readonly OkReading[]) => number,
  unit: Unit,
  atMs: number,
): Reading {
  const known = rows.flatMap((reading) => (reading?.state === 'ok' ? [reading] : []))
  if (known.length === 0) return unavailable('no commit', atMs)
  const exact = ok(combine(known), unit, atMs)
  const missing = rows.length - known.length
  return missing === 0 ? exact : { ...exact, quality: 'approximate', detail: { missing } }
}

function counter(broker: SandboxBroker, value: number, atMs: number): Counter {
  return { value: String(value), atMs, epoch: String(broker.bornMs), survivesRestart: false }
}
