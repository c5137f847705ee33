import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import { type NodeSample, ok, unsupported } from '../contract/index.ts'
import type { ServerBook } from './server-book.ts'
import { type Info, infoNumber, infoRows } from './server-info.ts'

/** Beyond this a replica that is said to be online is behind. */
const lateReplicaSeconds = 10

/** A server by its INFO, and its replicas as it sees them. */
export function sampleServer(
  id: string,
  info: Info,
  problems: readonly Problem[],
  book: ServerBook,
  atMs: number,
): NodeSample[] {
  const startedMs = book.startedMs(id, info, atMs)
  const version = info.get('valkey_version') ?? info.get('redis_version')
  const role = info.get('role') === 'slave' ? 'replica' : info.get('role')
  return [
    {
      id,
      name: id,
      state: info.get('loading') === '1' ? 'loading' : 'running',
      ...(role === undefined ? {} : { role }),
      ...(version === undefined ? {} : { version }),
      ...(startedMs === null ? {} : { startedAt: new Date(startedMs).toISOString() }),
      readings: serverReadings(info, atMs),
      problems: [...problems],
    },
    ...infoRows(info, /^slave\d+$/).map((row) => sampleReplica(id, row, atMs)),
  ]
}

function serverReadings(info: Info, atMs: number): Readings {
  const counts = {
    connections: 'connected_clients',
    connectionsLimit: 'maxclients',
    blockedClients: 'blocked_clients',
    rejectedConnections: 'rejected_connections',
    evictedKeys: 'evicted_keys',
    replicas: 'connected_slaves',
    changesSinceSave: 'rdb_changes_since_last_save',
  }
  const readings: Readings = {}
  for (const [name, key] of Object.entries(counts)) {
    const value = infoNumber(info, key)
    if (value !== null) readings[name] = ok(value, 'count', atMs)
  }
  const [used, limit] = [infoNumber(info, 'used_memory'), infoNumber(info, 'maxmemory')]
  if (used !== null) readings.memory = ok(used, 'bytes', atMs)
  if (limit !== null)
    readings.memoryLimit =
      limit > 0 ? ok(limit, 'bytes', atMs) : unsupported('No maxmemory is set: it takes what it needs')
  const savedMs = (infoNumber(info, 'rdb_last_save_time') ?? 0) * 1_000
  if (savedMs > 0) readings.sinceSave = ok(Math.max(0, (atMs - savedMs) / 1_000), 'seconds', atMs)
  const behind = infoNumber(info, 'master_last_io_seconds_ago')
  if (behind !== null && behind >= 0) readings.sinceMaster = ok(behind, 'seconds', atMs)
  return readings
}

function sampleReplica(master: string, row: ReadonlyMap<string, string>, atMs: number): NodeSample {
  const id = `${row.get('ip') ?? ''}:${row.get('port') ?? ''}`
  const state = row.get('state') ?? 'unknown'
  const seconds = infoNumber(row, 'lag')
  const isLate = seconds !== null && seconds > lateReplicaSeconds
  const message =
    state === 'online'
      ? `${id} has not answered its master ${master} for ${seconds} s`
      : `${id} is not in step with its master ${master}: ${state.replaceAll('_', ' ')}`
  return {
    id,
    name: id,
    state: state === 'online' ? 'running' : state,
    role: 'replica',
    readings: seconds === null ? {} : { sinceMaster: ok(seconds, 'seconds', atMs) },
    problems: state === 'online' && !isLate ? [] : [{ scope: id, code: 'replica', message }],
  }
}
