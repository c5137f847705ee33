import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Reading, Unit } from '../../../lib/schemas/reading.ts'
import { type Call, type NodeSample, ok, unavailable } from '../contract/index.ts'
import { type Alarm, sayAlarm } from './alarms.ts'
import type { Client } from './client.ts'
import { worstAgeMs } from './depths.ts'
import { type Json, type Management, numberAt, textAt } from './management.ts'

const columns = [
  'name,running,type,uptime,being_drained,partitions,applications.name,applications.version',
  'mem_used,mem_limit,mem_alarm,disk_free,disk_free_limit,disk_free_alarm',
  'fd_used,fd_total,sockets_used,sockets_total,proc_used,proc_total',
].join(',')

/** One entry a node, of the columns used here; null where these credentials may not ask (tag `monitoring`). */
export function readNodes(management: Management, call: Call): Promise<Json[] | null> {
  return management.getList(`/nodes?columns=${columns}`, call).catch(() => null)
}

const startJitterMs = 15_000

/** When a node started, epoch ms: its uptime is read at some moment, so the first answer stands until another run is seen. */
function startOf(client: Client, node: Json): number | null {
  const uptime = numberAt(node, 'uptime')
  if (uptime === undefined) return null
  const name = textAt(node, 'name') ?? ''
  const start = client.deps.now() - uptime
  const known = client.nodeStarts.get(name)
  if (known === undefined || Math.abs(start - known) > startJitterMs) client.nodeStarts.set(name, start)
  return client.nodeStarts.get(name) ?? start
}

/**
 * Start times of the nodes: another value means that counters began anew. The management API adds up what the
 * nodes count each by itself, so one of them starting anew breaks every sum.
 */
export function epochOf(client: Client, nodes: readonly Json[] | null): string | null {
  const starts = (nodes ?? []).flatMap((node) => {
    const start = startOf(client, node)
    return start === null ? [] : [`${textAt(node, 'name') ?? ''}@${start}`]
  })
  return starts.length === 0 ? null : starts.sort().join(',')
}

/** What each node tells of itself, against its limits, and its troubles in sentences. */
export function sampleNodes(
  client: Client,
  nodes: readonly Json[],
  alarms: readonly Alarm[],
): readonly NodeSample[] {
  return nodes.map((node) => {
    const name = textAt(node, 'name') ?? 'a node'
    const start = startOf(client, node)
    const version = versionOf(node)
    const role = textAt(node, 'type')
    return {
      id: name,
      name,
      state: node.running === false ? 'down' : node.being_drained === true ? 'maintenance' : 'running',
      ...(role === undefined ? {} : { role }),
      ...(version === undefined ? {} : { version }),
      ...(start === null ? {} : { startedAt: new Date(start).toISOString() }),
      readings: readingsOf(node, client.deps.now()),
      problems: problemsOf(
        node,
        name,
        alarms.filter((alarm) => alarm.node === name),
      ),
    }
  })
}

function versionOf(node: Json): string | undefined {
  const applications: unknown[] = Array.isArray(node.applications) ? node.applications : []
  for (const one of applications) {
    if (typeof one !== 'object' || one === null) continue
    const version: unknown = Reflect.get(one, 'version')
    if (Reflect.get(one, 'name') === 'rabbit' && typeof version === 'string') return version
  }
  return undefined
}

const sources: readonly (readonly [reading: string, key: string, unit: Unit])[] = [
  ['memory', 'mem_used', 'bytes'],
  ['memoryLimit', 'mem_limit', 'bytes'],
  ['disk', 'disk_free', 'bytes'],
  ['diskLimit', 'disk_free_limit', 'bytes'],
  ['fileHandles', 'fd_used', 'count'],
  ['fileHandlesLimit', 'fd_total', 'count'],
  ['sockets', 'sockets_used', 'count'],
  ['socketsLimit', 'sockets_total', 'count'],
  ['processes', 'proc_used', 'count'],
  ['processesLimit', 'proc_total', 'count'],
]

function readingsOf(node: Json, nowMs: number): Record<string, Reading> {
  const missing = node.running === false ? 'The node is not running' : 'The node does not tell'
  return Object.fromEntries(
    sources.map(([reading, key, unit]) => {
      const value = numberAt(node, key)
      const told =
        value === undefined || node.running === false
          ? unavailable(missing, nowMs)
          : ok(value, unit, nowMs - worstAgeMs, 'approximate')
      return [reading, told]
    }),
  )
}

const nearlyUsed: readonly (readonly [used: string, total: string, what: string])[] = [
  ['fd_used', 'fd_total', 'file handles'],
  ['sockets_used', 'sockets_total', 'sockets'],
  ['proc_used', 'proc_total', 'Erlang processes'],
]

/** No changing numbers in the words: they stand among the readings, and a sentence is news only when it is new. */
function problemsOf(node: Json, name: string, alarms: readonly Alarm[]): Problem[] {
  const problem = (message: string): Problem => ({ scope: name, code: 'degraded', message })
  if (node.running === false) return [problem(`Node ${name} is not running`)]
  const { partitions } = node
  const apart = Array.isArray(partitions) ? partitions.filter((one) => typeof one === 'string') : []
  return [
    ...alarms.map((alarm) => problem(sayAlarm(alarm))),
    ...(apart.length > 0
      ? [problem(`Node ${name} sees a network partition: it is cut off from ${apart.join(', ')}`)]
      : []),
    ...(node.being_drained === true
      ? [problem(`Node ${name} is in maintenance: it takes no connections`)]
      : []),
    ...nearlyUsed.flatMap(([used, total, what]) => {
      const [now, limit] = [numberAt(node, used), numberAt(node, total)]
      const isNear = now !== undefined && limit !== undefined && limit > 0 && now >= 0.9 * limit
      return isNear ? [problem(`Node ${name} has used more than 90 % of its ${what}`)] : []
    }),
  ]
}
