import { Admin, Consumer } from '@platformatic/kafka'
import type { DestinationRef } from '../../contract/index.ts'
import type { LagHarness } from '../../testing/lag.ts'
import type { OffsetsHarness, SeededPosition } from '../../testing/offsets.ts'
import { eventually } from '../../testing/suite/support.ts'
import { runTool } from './groups.ts'
import { deleteGroup, type Raw } from './raw.ts'

/** How a sort of group is made and read without the driver. */
interface GroupKind {
  commit(topic: string, group: string, offsets: readonly number[]): Promise<void>
  positions(topic: string, group: string): Promise<readonly (string | null)[]>
  join?(topic: string, group: string): Promise<{ readonly client: string; leave(): Promise<void> }>
}

async function readCommits(raw: Raw, topic: string, groupId: string) {
  const [found] = await raw.admin.fetchOffsets({ groupId, topics: [topic] })
  return (found?.partitions ?? [])
    .toSorted((a, b) => a.partition - b.partition)
    .map((row) => (row.offset === '-1' ? null : row.offset))
}

export const classicKind = (raw: () => Raw): GroupKind => ({
  commit: async (topic, groupId, offsets) => {
    // kafkajs joins the group for it and takes 5 s.
    const admin = new Admin({ clientId: 'raw-commit', bootstrapBrokers: [raw().address] })
    const partitionOffsets = offsets.map((offset, partition) => ({ partition, offset: BigInt(offset) }))
    await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] })
    await admin.close()
  },
  positions: (topic, group) => readCommits(raw(), topic, group),
  join: async (topic, groupId) => {
    const consumer = raw().client.consumer({ groupId, maxWaitTimeInMs: 50 })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic] })
    const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
    await consumer.run({ autoCommit: false, eachMessage: async () => undefined })
    await joined
    return { client: 'raw', leave: () => consumer.disconnect() }
  },
})

/** A member of a KIP-848 group, as the application would be one. */
export async function joinModern(raw: Raw, topic: string, groupId: string) {
  const consumer = new Consumer({
    clientId: 'raw-848',
    bootstrapBrokers: [raw.address],
    groupId,
    groupProtocol: 'consumer',
    autocommit: false,
  })
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', fallbackMode: 'earliest' })
  stream.on('data', () => undefined)
  stream.on('error', () => undefined)
  return {
    consumer,
    client: 'raw-848',
    leave: async () => {
      await stream.close()
      await consumer.close(true)
    },
  }
}

export const modernKind = (raw: () => Raw): GroupKind => ({
  commit: async (topic, groupId, offsets) => {
    const member = await joinModern(raw(), topic, groupId)
    await member.consumer.commit({
      offsets: offsets.map((offset, partition) => ({
        topic,
        partition,
        offset: BigInt(offset),
        leaderEpoch: 0,
      })),
    })
    await member.leave()
  },
  positions: (topic, group) => readCommits(raw(), topic, group),
  join: (topic, group) => joinModern(raw(), topic, group),
})

const server = (raw: Raw) => ['--bootstrap-server', raw.address]
const shareTool = 'org.apache.kafka.tools.consumer.group.ShareGroupCommand'

/** Share groups are seeded by Kafka's own console consumer, and read by its own tool: seconds each. One partition. */
export const shareKind = (raw: () => Raw): GroupKind => ({
  commit: async (topic, group, offsets) => {
    const entity = ['--alter', '--entity-type', 'groups', '--entity-name', group]
    const earliest = ['--add-config', 'share.auto.offset.reset=earliest']
    await runTool('kafka.admin.ConfigCommand', [...server(raw()), ...entity, ...earliest])
    const topicArgs = ['--topic', topic, '--group', group, '--max-messages', `${offsets[0]}`]
    await runTool('org.apache.kafka.tools.consumer.ConsoleShareConsumer', [...server(raw()), ...topicArgs])
  },
  positions: async (topic, group) => {
    const text = await runTool(shareTool, [...server(raw()), '--describe', '--offsets', '--group', group])
    const rows = text.split('\n').map((line) => line.trim().split(/\s+/))
    const found = rows.filter(([, name]) => name === topic)
    return found.map(([, , , start]) => (start === undefined || start === '-' ? null : start))
  },
})

async function publishAt(
  raw: Raw,
  topic: string,
  partitions: number,
  timesMs: readonly number[],
): Promise<void> {
  const producer = raw.client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    const messages = Array.from({ length: partitions }, (_, partition) =>
      timesMs.map((time, index) => ({ value: `m${index}`, partition, timestamp: `${time}` })),
    )
    await producer.send({ topic, acks: -1, messages: messages.flat() })
  } finally {
    await producer.disconnect()
  }
}

/** A topic of this name that was just deleted may linger a moment. */
const makeTopic = (raw: Raw, name: string, partitions: number) =>
  eventually(10_000, () => raw.createTopic(name, partitions)).then(
    (): DestinationRef => ({ type: 'topic', name }),
  )

export function offsetsHarness(
  label: string,
  raw: () => Raw,
  connection: OffsetsHarness['connection'],
  kind: GroupKind,
): OffsetsHarness {
  const partitions = 2
  return {
    label,
    partitions,
    connection,
    create: (name, count) => makeTopic(raw(), name, count),
    destroy: (ref) => raw().deleteTopic(ref.name),
    fill: (ref, timesMs) => publishAt(raw(), ref.name, partitions, timesMs),
    seed: async (ref, name, read): Promise<SeededPosition> => {
      await kind.commit(
        ref.name,
        name,
        Array.from({ length: partitions }, () => read),
      )
      const { join } = kind
      return {
        key: name,
        positions: () => kind.positions(ref.name, name),
        ...(join ? { join: () => join(ref.name, name) } : {}),
        dispose: () => deleteGroup(raw().admin, name),
      }
    },
    positionAfter: async (_, _partition, read) => `${read}`,
    rowName: (ref) => ref.name,
    targets: ['earliest', 'latest', 'time', 'offset', 'shift', 'skip-one'],
  }
}

export function lagHarness(
  label: string,
  raw: () => Raw,
  connection: LagHarness['connection'],
  kind: GroupKind,
): LagHarness {
  return {
    label,
    connection,
    create: (name) => makeTopic(raw(), name, 1),
    destroy: (ref) => raw().deleteTopic(ref.name),
    publish: (ref, timesMs) => publishAt(raw(), ref.name, 1, timesMs),
    seed: async (ref: DestinationRef, group, read) => {
      await kind.commit(ref.name, group, [read])
      return { dispose: () => deleteGroup(raw().admin, group) }
    },
    trim: async (ref, count) => {
      const admin = new Admin({ clientId: 'raw-trim', bootstrapBrokers: [raw().address] })
      const partitions = [{ partition: 0, offset: BigInt(count) }]
      await admin.deleteRecords({ topics: [{ name: ref.name, partitions }] })
      await admin.close()
    },
    tells: { incarnation: true, lost: true },
  }
}
