import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, ITopicConfig } from 'kafkajs'
import { openKafka } from './kafka.ts'

export const topics = {
  requests: 'wholesale.requests',
  requestsDead: 'wholesale.requests.DLT',
  events: 'orders.events',
  eventsDead: 'orders.events.DLT',
  shipments: 'shipments',
  shipmentsDead: 'shipments.DLT',
} as const

const mb = 1024 * 1024
/** The protocol's number for a topic in calls about settings. */
const topicResource = 2

/**
 * Retention bounds the disk: a segment is deleted when it is too old or what lies behind it is enough. The broker
 * looks every five minutes and never deletes the segment that is written to, hence small segments.
 */
function topic(name: string, partitions: number, keepMb: number, keepHours: number): ITopicConfig {
  const settings = {
    'retention.bytes': keepMb * mb,
    'retention.ms': keepHours * 3_600_000,
    'segment.bytes': mb,
    // A quiet topic deletes too: a segment is closed after this time though it is not full.
    'segment.ms': 30 * 60_000,
  }
  const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value: String(value) }))
  return { topic: name, numPartitions: partitions, replicationFactor: 1, configEntries }
}

const wanted: readonly ITopicConfig[] = [
  topic(topics.requests, 3, 4, 2),
  topic(topics.requestsDead, 1, 4, 24),
  // Six partitions by order id: all events of one order lie in one of them, in their order.
  topic(topics.events, 6, 8, 2),
  topic(topics.eventsDead, 1, 4, 24),
  // Longer, so that the stuck partition does not come free by losing what it is stuck at.
  topic(topics.shipments, 4, 8, 12),
  topic(topics.shipmentsDead, 1, 4, 24),
]

/** Creates the topics that are missing and waits for their leaders. */
export async function declareKafka(address: string): Promise<void> {
  const admin = openKafka(address, 'demo-setup').admin()
  await admin.connect()
  try {
    const known = new Set(await admin.listTopics())
    const missing = wanted.filter((one) => !known.has(one.topic))
    if (missing.length > 0) await admin.createTopics({ topics: [...missing], waitForLeaders: false })
    for (const { topic: name } of missing) await waitForLeaders(admin, name)
  } finally {
    await admin.disconnect()
  }
}

/**
 * Committed offsets are records too, in a compacted topic; compaction leaves the newest segment alone, which by
 * default is 100 MB. Only for a broker that is the demo's own.
 */
export async function boundOffsetsTopic(address: string): Promise<void> {
  const admin = openKafka(address, 'demo-setup').admin()
  await admin.connect()
  try {
    // This call replaces all settings of the topic: those it was made with go along.
    const configEntries = Object.entries({
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': String(4 * mb),
    }).map(([name, value]) => ({ name, value }))
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topicResource, name: '__consumer_offsets', configEntries }],
    })
  } finally {
    await admin.disconnect()
  }
}

async function waitForLeaders(admin: Admin, name: string): Promise<void> {
  for (let left = 100; ; left -= 1) {
    // Metadata names a leader before the leader knows it: asked for offsets it answers when it does.
    const offsets = await admin.fetchTopicOffsets(name).catch(() => [])
    if (offsets.length > 0) return
    if (left === 0) throw new Error(`${name} has no leader yet`)
    await sleep(100)
  }
}
