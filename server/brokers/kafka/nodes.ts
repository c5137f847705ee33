import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import { type NodeSample, ok, unavailable } from '../contract/index.ts'
import { describeCode } from './errors.ts'
import type { LogSizes } from './log-sizes.ts'
import type { Metadata } from './protocol/metadata.ts'

export interface NodeReads {
  readonly metadata: Metadata
  readonly directories: LogSizes['directories']
  /** The active controller's id; null: not told. */
  readonly controller: number | null
  /** Release of each broker we have a connection to. */
  readonly versions: ReadonlyMap<number, string>
  /** Where brokers that are not in the cluster now were before. */
  readonly addresses: ReadonlyMap<number, { readonly host: string; readonly port: number }>
  readonly atMs: number
}

interface Duties {
  /** Partitions it leads, has a replica of, leads with replicas missing, and has a replica of that nobody leads. */
  led: number
  replicas: number
  underReplicated: number
  offline: number
  /** Its own replicas that are not in sync. */
  behind: number
}

/**
 * Every broker in the cluster, and those that hold replicas but are not in it now. Uptime is told to nobody but
 * JMX. A controller that is no broker has no listener for clients, so it is not listed.
 */
export function sampleNodes(reads: NodeReads): readonly NodeSample[] {
  const { metadata, addresses } = reads
  const duties = countDuties(metadata)
  const alive = new Map(metadata.brokers.map((broker) => [broker.id, broker]))
  const ids = new Set([...alive.keys(), ...duties.keys()])
  return [...ids]
    .sort((a, b) => a - b)
    .map((id) => {
      const address = alive.get(id) ?? addresses.get(id)
      const directories = reads.directories.get(id)
      const isSilent = directories !== undefined && 'reason' in directories && directories.isSilent
      const version = reads.versions.get(id)
      return {
        id: `${id}`,
        name: address ? `${address.host}:${address.port}` : `broker ${id}`,
        state: !alive.has(id) ? 'down' : isSilent ? 'unknown' : 'running',
        ...(reads.controller === id ? { role: 'controller' } : {}),
        ...(version === undefined ? {} : { version }),
        readings: readingsOf(id, alive.has(id), duties.get(id), directories, reads.atMs),
        problems: problemsOf(id, alive.has(id), duties.get(id), directories),
      }
    })
}

function countDuties({ topics }: Metadata): ReadonlyMap<number, Duties> {
  const all = new Map<number, Duties>()
  const of = (id: number) => {
    const known = all.get(id) ?? { led: 0, replicas: 0, underReplicated: 0, offline: 0, behind: 0 }
    all.set(id, known)
    return known
  }
  for (const topic of topics)
    for (const { leader, replicas, inSync } of topic.partitions) {
      if (leader >= 0) {
        const duties = of(leader)
        duties.led++
        if (inSync.length < replicas.length) duties.underReplicated++
      }
      for (const replica of replicas) {
        const duties = of(replica)
        duties.replicas++
        if (leader < 0) duties.offline++
        if (!inSync.includes(replica)) duties.behind++
      }
    }
  return all
}

type Directories = ReturnType<LogSizes['directories']['get']>

function readingsOf(
  id: number,
  isAlive: boolean,
  duties: Duties | undefined,
  directories: Directories,
  atMs: number,
): Readings {
  const count = (value: number | undefined) => ok(value ?? 0, 'partitions', atMs)
  const reason = isAlive
    ? directories && 'reason' in directories
      ? directories.reason
      : 'it was not asked'
    : `Broker ${id} is not in the cluster`
  const rows = directories && 'rows' in directories ? directories.rows : null
  const used = rows?.reduce((sum, row) => sum + row.bytes, 0)
  // Directories may lie on one disk: the fullest one says when there is no more room.
  const [tightest] = (rows ?? [])
    .flatMap(({ disk, path }) => (disk && disk.totalBytes >= 0n ? [{ ...disk, path }] : []))
    .sort((a, b) => Number(a.freeBytes - b.freeBytes))
  const ofDisk = (bytes: bigint) => ({
    ...ok(Number(bytes), 'bytes', atMs),
    detail: { directory: tightest?.path },
  })
  const untold = unavailable(rows ? 'this broker tells nothing of its disks' : reason, atMs)
  return {
    partitionsLed: count(duties?.led),
    replicas: count(duties?.replicas),
    underReplicated: count(duties?.underReplicated),
    offlinePartitions: count(duties?.offline),
    replicasBehind: count(duties?.behind),
    bytes: used === undefined ? unavailable(reason, atMs) : ok(used, 'bytes', atMs),
    disk: tightest ? ofDisk(tightest.freeBytes) : untold,
    diskTotal: tightest ? ofDisk(tightest.totalBytes) : untold,
  }
}

function problemsOf(
  id: number,
  isAlive: boolean,
  duties: Duties | undefined,
  directories: Directories,
): Problem[] {
  const scope = `broker ${id}`
  const problems: Problem[] = []
  if (!isAlive)
    problems.push({
      scope,
      code: 'down',
      message: `Broker ${id} is not in the cluster: it holds ${duties?.replicas ?? 0} replicas and does not answer`,
    })
  if (directories && 'reason' in directories) {
    if (directories.isSilent)
      problems.push({
        scope,
        code: 'unreachable',
        message: `Broker ${id} does not answer: ${directories.reason}`,
      })
    else problems.push({ scope, code: 'forbidden', message: `Sizes of broker ${id}: ${directories.reason}` })
  }
  if (directories && 'rows' in directories)
    for (const { path, error } of directories.rows)
      if (error !== 0)
        problems.push({
          scope,
          code: 'offline',
          message: `Directory ${path} of broker ${id} is offline: ${describeCode(error)}`,
        })
  return problems
}

/** What is wrong with the cluster's replicas, each trouble one sentence with its worst topics. */
export function replicaProblems({ topics }: Metadata): readonly Problem[] {
  const count = (isBad: (row: Metadata['topics'][number]['partitions'][number]) => boolean) =>
    topics
      .map((topic) => ({ name: topic.name, count: topic.partitions.filter(isBad).length }))
      .filter((row) => row.count > 0)
      .sort((a, b) => b.count - a.count)
  const under = count((row) => row.leader >= 0 && row.inSync.length < row.replicas.length)
  if (under.length === 0) return []
  const all = under.reduce((sum, row) => sum + row.count, 0)
  const named = under.slice(0, 3).map((row) => `${row.name} ${row.count}`)
  const rest = under.length > 3 ? `, and ${under.length - 3} more topics` : ''
  const verb = all === 1 ? '1 partition is' : `${all} partitions are`
  return [
    {
      scope: 'cluster',
      code: 'under-replicated',
      message: `${verb} under-replicated: ${named.join(', ')}${rest}`,
    },
  ]
}

/**
 * Why nothing at all can be written; undefined while any partition has a leader. Some offline partitions are the
 * trouble of their topics and no reason to call the broker blocked: everything else is written as before.
 */
export function blockedReason({ topics }: Metadata): string | undefined {
  const partitions = topics.filter((topic) => !topic.internal).flatMap((topic) => topic.partitions)
  if (partitions.length === 0 || partitions.some((row) => row.leader >= 0)) return undefined
  return `Nothing can be written: none of the ${partitions.length} partitions has a leader`
}
