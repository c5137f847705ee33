import type { GroupType } from '../../../lib/schemas/group.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Call } from '../contract/index.ts'
import { readClassic } from './classic-members.ts'
import type { Brokers } from './cluster.ts'
import { describeCode, kafkaErrors } from './errors.ts'
import type { Committed } from './lag.ts'
import type { Api } from './protocol/api.ts'
import {
  describeGroupsApi,
  type ListedGroup,
  listGroupsApi,
  offsetFetchApi,
  type RawGroup,
  type RawMember,
} from './protocol/groups.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import {
  consumerGroupDescribeApi,
  shareGroupDescribeApi,
  shareGroupOffsetsApi,
} from './protocol/modern-groups.ts'
import { streamsGroupDescribeApi } from './protocol/streams-groups.ts'

export interface ReadGroup {
  readonly id: string
  readonly type: GroupType
  /** What a classic group is for: `consumer`, `connect`, `sr` …; empty for one that only commits. */
  readonly protocolType: string
  readonly state: string
  /** Another one is another arrangement of members; null where the broker tells none. */
  readonly epoch: number | null
  readonly members: readonly RawMember[]
  /** Topic → partition → the cursor. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<number, Committed>>
  /** Topic → partition → the broker's own lag (share groups, Kafka 4.2 and newer). */
  readonly brokerLag: ReadonlyMap<string, ReadonlyMap<number, bigint>>
  readonly problems: readonly Problem[]
}

export type ListedOn = ListedGroup & { readonly node: number }

/** Every group of the cluster with the broker that coordinates it: each broker lists its own. */
export async function listGroups(
  cluster: Pick<Brokers, 'node'>,
  brokers: readonly number[],
  call: Call,
): Promise<{ groups: readonly ListedOn[]; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const lists = await Promise.all(
    brokers.map(async (node) => {
      try {
        const { error, groups } = await cluster.node(node, listGroupsApi, null, call)
        if (error !== 0)
          problems.push({
            scope: `broker ${node}`,
            code: 'partial',
            message: `groups: ${describeCode(error)}`,
          })
        return groups.map((group) => ({ ...group, node }))
      } catch (error) {
        if (call.signal.aborted) throw error
        problems.push({ scope: `broker ${node}`, code: 'unreachable', message: `groups: ${wordsOf(error)}` })
        return []
      }
    }),
  )
  return { groups: lists.flat(), problems }
}

/** Where groups keep their offsets: a partition of it without a leader has no coordinator. */
export const offsetsTopic = '__consumer_offsets'

/** The groups of a lost coordinator are in no list: they are missing, not gone. */
export function missingGroups(topics: readonly TopicMeta[]): readonly Problem[] {
  const partitions = topics.find((topic) => topic.name === offsetsTopic)?.partitions ?? []
  const lost = partitions.filter((row) => row.leader < 0).length
  if (lost === 0) return []
  const message = `Groups are missing: ${lost} of ${partitions.length} partitions of ${offsetsTopic} have no leader`
  return [{ scope: 'groups', code: 'leaderless', message }]
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
/** Many ids fit one request; a bound keeps one slow answer from holding everything. */
const groupsPerRequest = 200

const describers: Readonly<Record<string, Api<{ groups: readonly string[] }, readonly RawGroup[]>>> = {
  consumer: consumerGroupDescribeApi,
  share: shareGroupDescribeApi,
  streams: streamsGroupDescribeApi,
}

/** State, members and cursors of these groups: one request a coordinator, kind and 200 groups. Joins none. */
export async function readGroups(
  cluster: Pick<Brokers, 'node'>,
  listed: readonly ListedOn[],
  call: Call,
): Promise<readonly ReadGroup[]> {
  const lots = new Map<string, ListedOn[]>()
  for (const group of listed) {
    const key = `${group.node} ${typeOf(group)}`
    const lot = lots.get(key) ?? []
    lots.set(key, lot)
    lot.push(group)
  }
  const chunks = [...lots.values()].flatMap((lot) =>
    Array.from({ length: Math.ceil(lot.length / groupsPerRequest) }, (_, index) =>
      lot.slice(index * groupsPerRequest, (index + 1) * groupsPerRequest),
    ),
  )
  return (await Promise.all(chunks.map((chunk) => readChunk(cluster, chunk, call)))).flat()
}

function typeOf(group: ListedGroup): GroupType {
  const { type } = group
  return type === 'consumer' || type === 'share' || type === 'streams' ? type : 'classic'
}

async function readChunk(
  cluster: Pick<Brokers, 'node'>,
  chunk: readonly ListedOn[],
  call: Call,
): Promise<readonly ReadGroup[]> {
  const [first] = chunk
  if (!first) return []
  const ids = chunk.map((group) => group.id)
  const [type, node] = [typeOf(first), first.node]
  const [described, cursors] = await Promise.all([
    settle(describeAll(cluster, node, type, ids, call), call),
    settle(
      type === 'share' ? readShare(cluster, node, ids, call) : readCommits(cluster, node, ids, call),
      call,
    ),
  ])
  return chunk.map((group) => {
    const problems: Problem[] = []
    const report = (message: string) => problems.push({ scope: group.id, code: 'partial', message })
    const raw = described.value?.get(group.id)
    const cursor = cursors.value?.get(group.id)
    if (!described.value) report(`members: ${described.reason}`)
    else if (raw && raw.error !== 0 && raw.error !== kafkaErrors.groupIdNotFound)
      report(`members: ${describeCode(raw.error, raw.message)}`)
    if (!cursors.value) report(`offsets: ${cursors.reason}`)
    else if (cursor?.error) report(`offsets: ${describeCode(cursor.error)}`)
    return {
      id: group.id,
      type,
      protocolType: group.protocolType,
      epoch: raw && raw.error === 0 ? raw.epoch : null,
      state: (raw && raw.error === 0 ? raw.state : group.state).toLowerCase() || 'unknown',
      members: raw?.members ?? [],
      committed: cursor?.committed ?? new Map(),
      brokerLag: cursor?.brokerLag ?? new Map(),
      problems,
    }
  })
}

async function settle<T>(
  work: Promise<T>,
  call: Call,
): Promise<{ value: T; reason?: undefined } | { value?: undefined; reason: string }> {
  try {
    return { value: await work }
  } catch (error) {
    if (call.signal.aborted) throw error
    return { reason: wordsOf(error) }
  }
}

async function describeAll(
  cluster: Pick<Brokers, 'node'>,
  node: number,
  type: GroupType,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, RawGroup>> {
  const api = describers[type]
  const groups = api
    ? await cluster.node(node, api, { groups: ids }, call)
    : (await cluster.node(node, describeGroupsApi, { groups: ids }, call)).map(readClassic)
  return new Map(groups.map((group) => [group.id, group]))
}

interface Cursors {
  readonly error: number
  readonly committed: ReadonlyMap<string, ReadonlyMap<number, Committed>>
  readonly brokerLag: ReadonlyMap<string, ReadonlyMap<number, bigint>>
}

async function readCommits(
  cluster: Pick<Brokers, 'node'>,
  node: number,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, Cursors>> {
  const groups = await cluster.node(node, offsetFetchApi, { groups: ids }, call)
  return new Map(
    groups.map(({ id, error, topics }) => {
      const committed = new Map(
        topics.map(({ topic, partitions }) => [
          topic,
          new Map(
            partitions.map((row): [number, Committed] => [
              row.partition,
              row.error !== 0
                ? { reason: describeCode(row.error) }
                : row.offset < 0n
                  ? { none: 'no commit' }
                  : { offset: row.offset },
            ]),
          ),
        ]),
      )
      return [id, { error, committed, brokerLag: new Map() }]
    }),
  )
}

async function readShare(
  cluster: Pick<Brokers, 'node'>,
  node: number,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, Cursors>> {
  const groups = await cluster.node(node, shareGroupOffsetsApi, { groups: ids }, call, 'share')
  return new Map(
    groups.map(({ id, error, topics }) => {
      const committed = new Map<string, Map<number, Committed>>()
      const brokerLag = new Map<string, Map<number, bigint>>()
      for (const { topic, partitions } of topics) {
        const rows = new Map<number, Committed>()
        const lags = new Map<number, bigint>()
        committed.set(topic, rows)
        brokerLag.set(topic, lags)
        for (const { partition, start, lag, error: bad, message } of partitions) {
          if (bad !== 0) rows.set(partition, { reason: describeCode(bad, message) })
          else rows.set(partition, start < 0n ? { none: 'no commit' } : { offset: start })
          if (lag >= 0n) lags.set(partition, lag)
        }
      }
      return [id, { error, committed, brokerLag }]
    }),
  )
}
