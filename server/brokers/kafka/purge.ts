import {
  type BackupSink,
  BrokerError,
  type BrokerMessage,
  type Call,
  type PurgeFacet,
  remainingMs,
} from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode } from './errors.ts'
import { readWhole } from './ids.ts'
import { messageOf, topicOf } from './map.ts'
import { type Bounds, readTopic } from './offsets.ts'
import { deleteRecordsApi } from './protocol/admin.ts'
import { PartitionScan } from './scan.ts'
import type { TopicFacts } from './topic-facts.ts'

const backupMessages = 500
const backupBytes = 4 * 1024 * 1024

export function purgeFacet(cluster: Cluster, facts: TopicFacts): PurgeFacet {
  return { purge: (ref, sink, call) => purge(cluster, facts, topicOf(ref), sink, call) }
}

/**
 * Backs up to the read-committed end as it is at the start, then deletes exactly up to there: what arrives
 * meanwhile, and what an open transaction still holds, stays.
 */
async function purge(
  cluster: Cluster,
  facts: TopicFacts,
  topic: string,
  sink: BackupSink,
  call: Call,
): Promise<{ removed: number }> {
  const { internal } = await readTopic(cluster, topic, call)
  if (internal) throw new BrokerError('unsupported', `${topic} is internal to the broker`)
  await facts.refresh([topic], call)
  const policy = facts.policyOf(topic)
  if (policy !== null && !policy.includes('delete'))
    throw new BrokerError('unsupported', `${topic} is only compacted: the broker deletes no records of it`)
  let removed = 0
  for (const bounds of await readWhole(cluster, topic, call)) {
    if (bounds.end <= bounds.start) continue
    removed += await backUp(cluster, topic, bounds, sink, call)
    await deleteUpTo(cluster, topic, bounds, call)
  }
  return { removed }
}

async function backUp(
  cluster: Cluster,
  topic: string,
  { partition, leader, start, end }: Bounds,
  sink: BackupSink,
  call: Call,
): Promise<number> {
  const scan = new PartitionScan(cluster, { topic, partition, leader, from: start, to: end })
  let count = 0
  let bytes = 0
  let held: BrokerMessage[] = []
  const flush = async () => {
    if (held.length > 0) await sink(held)
    count += held.length
    bytes = 0
    held = []
  }
  while (!scan.done)
    for (const record of await scan.records(call)) {
      const message = messageOf(partition, record)
      held.push(message)
      bytes += message.sizeBytes
      if (held.length >= backupMessages || bytes >= backupBytes) await flush()
    }
  await flush()
  return count
}

async function deleteUpTo(
  cluster: Cluster,
  topic: string,
  { partition, leader, end }: Bounds,
  call: Call,
): Promise<void> {
  const request = {
    topic,
    partitions: [{ partition, offset: end }],
    timeoutMs: Math.max(1, Math.min(30_000, remainingMs(call))),
  }
  const [answer] = await cluster.node(leader, deleteRecordsApi, request, call)
  if (answer?.error !== 0)
    throw errorOfCode(answer?.error ?? -1, `topic ${topic}, partition ${partition}: records not deleted`)
}
