import { describe, expect, it } from 'vitest'
import type { LogSizes } from './log-sizes.ts'
import { blockedReason, replicaProblems, sampleNodes } from './nodes.ts'
import type { Metadata, PartitionMeta } from './protocol/metadata.ts'

const row = (partition: number, leader: number, replicas: number[], inSync = replicas): PartitionMeta => ({
  error: 0,
  partition,
  leader,
  replicas,
  inSync,
})
const topic = (name: string, partitions: PartitionMeta[], internal = false) => ({
  error: 0,
  name,
  id: name,
  internal,
  operations: null,
  partitions,
})
const metadata = (topics: Metadata['topics'], brokers = [1, 2]): Metadata => ({
  brokers: brokers.map((id) => ({ id, host: 'host', port: 9000 + id })),
  clusterId: 'c',
  controller: 2,
  topics,
})
type Told = LogSizes['directories'] extends ReadonlyMap<number, infer One> ? One : never
const told = (freeBytes: bigint, error = 0) => ({
  rows: [{ path: `/d${freeBytes}`, error, bytes: 10, disk: { totalBytes: 100n, freeBytes } }],
})
const reads = (over: Partial<Parameters<typeof sampleNodes>[0]>) =>
  sampleNodes({
    metadata: metadata([]),
    directories: new Map(),
    controller: 1,
    versions: new Map(),
    addresses: new Map(),
    atMs: 0,
    ...over,
  })

describe('nodes', () => {
  it('tells each broker with what it leads, lacks and stores', () => {
    const topics = [topic('a', [row(0, 1, [1, 2], [1]), row(1, 2, [2, 1])])]
    const directories = new Map([
      [1, { rows: [...told(40n).rows, ...told(7n).rows] }],
      [2, told(50n)],
    ])
    const [one, two] = reads({ metadata: metadata(topics), directories, versions: new Map([[1, '4.3']]) })
    expect(one).toMatchObject({
      id: '1',
      name: 'host:9001',
      state: 'running',
      role: 'controller',
      version: '4.3',
    })
    expect(one?.readings).toMatchObject({
      partitionsLed: { value: 1 },
      underReplicated: { value: 1 },
      replicasBehind: { value: 0 },
      bytes: { value: 20 },
      // The fuller of two disks is the one that matters.
      disk: { value: 7, detail: { directory: '/d7' } },
    })
    expect(two?.role).toBeUndefined()
    expect(two?.readings).toMatchObject({ underReplicated: { value: 0 }, replicasBehind: { value: 1 } })
  })

  it('keeps a broker that is gone as long as it holds replicas, and one that hangs is unknown', () => {
    const topics = [topic('a', [row(0, 1, [1, 3], [1]), row(1, -1, [3])])]
    const directories = new Map([[1, { reason: 'no answer in time', isSilent: true }]])
    const addresses = new Map([[3, { host: 'lost', port: 1 }]])
    const nodes = reads({ metadata: metadata(topics, [1]), directories, addresses })
    expect(nodes.map((node) => [node.id, node.name, node.state])).toEqual([
      ['1', 'host:9001', 'unknown'],
      ['3', 'lost:1', 'down'],
    ])
    expect(nodes[0]?.problems.map((problem) => problem.message)).toEqual([
      'Broker 1 does not answer: no answer in time',
    ])
    expect(nodes[1]?.readings).toMatchObject({
      offlinePartitions: { value: 1 },
      bytes: { state: 'unavailable', reason: 'Broker 3 is not in the cluster' },
    })
  })

  it('says a directory that is offline, and rights that are missing', () => {
    const directories = new Map<number, Told>([
      [1, told(1n, 56)],
      [2, { reason: 'CLUSTER_AUTHORIZATION_FAILED', isSilent: false }],
    ])
    const [one, two] = reads({ directories })
    expect(one?.problems[0]?.message).toContain('Directory /d1 of broker 1 is offline')
    expect(two).toMatchObject({ state: 'running', problems: [{ code: 'forbidden' }] })
  })

  it('names the worst topics that lack replicas', () => {
    const bad = (name: string, count: number) =>
      topic(
        name,
        Array.from({ length: count }, (_, i) => row(i, 1, [1, 2], [1])),
      )
    const all = metadata([
      bad('a', 1),
      bad('b', 3),
      bad('c', 2),
      bad('d', 1),
      topic('fine', [row(0, 1, [1])]),
    ])
    expect(replicaProblems(all).map((problem) => problem.message)).toEqual([
      '7 partitions are under-replicated: b 3, c 2, a 1, and 1 more topics',
    ])
    expect(replicaProblems(metadata([topic('fine', [row(0, 1, [1])])]))).toEqual([])
  })

  it('is blocked only when nothing can be written', () => {
    const lost = topic('lost', [row(0, -1, [3])])
    expect(blockedReason(metadata([lost]))).toContain('none of the 1 partitions has a leader')
    expect(blockedReason(metadata([lost, topic('fine', [row(0, 1, [1])])]))).toBeUndefined()
    expect(blockedReason(metadata([]))).toBeUndefined()
  })
})
