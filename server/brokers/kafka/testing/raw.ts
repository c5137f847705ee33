import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, type IHeaders, Kafka, logLevel, type Producer, type RecordMetadata } from 'kafkajs'
import type { Header } from '../../../../lib/schemas/header.ts'
import { bytesOfHeader, headerFromBytes } from '../../contract/index.ts'
import type { RawMessage } from '../../testing/harness.ts'
import { cureRequestTimer } from '../kafkajs-client.ts'

/** The raw client of the suite: kafkajs, whatever the driver itself uses. */
export interface Raw {
  readonly address: string
  readonly client: Kafka
  readonly admin: Admin
  createTopic(name: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>
  deleteTopic(name: string): Promise<void>
  publish(topic: string, messages: readonly RawMessage[], partition?: number): Promise<void>
  /** Everything between the start and the end as they are now, of partition after partition. */
  drain(topic: string): Promise<RawMessage[]>
  offsets(topic: string): Promise<Offsets>
  count(topic: string): Promise<number>
  disconnect(): Promise<void>
}

export async function openRaw(address: string): Promise<Raw> {
  cureRequestTimer()
  const client = new Kafka({
    clientId: 'raw',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 1_000 },
  })
  const admin = client.admin()
  await admin.connect()
  return {
    address,
    client,
    admin,
    createTopic: (name, partitions, config) => createTopic(client, admin, name, partitions, config),
    deleteTopic: async (name) => {
      await admin.deleteTopics({ topics: [name] }).catch(() => undefined)
    },
    publish: (topic, messages, partition = 0) => publish(client, topic, messages, partition),
    drain: (topic) => drain(client, admin, topic),
    offsets: (topic) => readOffsets(client, topic),
    count: async (topic) =>
      (await readOffsets(client, topic)).reduce((sum, row) => sum + Number(row.high) - Number(row.low), 0),
    disconnect: async () => {
      await admin.disconnect().catch(() => undefined)
    },
  }
}

async function createTopic(
  client: Kafka,
  admin: Admin,
  topic: string,
  numPartitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions, configEntries }] })
  await waitForLeaders(client, [topic], numPartitions)
}

/** kafkajs' own waiting fails when the topics are not in the first metadata it reads. */
export async function waitForLeaders(
  client: Kafka,
  topics: readonly string[],
  partitionsEach: number,
): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  try {
    await pollLeaders(admin, topics, partitionsEach)
  } finally {
    await admin.disconnect()
  }
}

async function pollLeaders(admin: Admin, topics: readonly string[], partitionsEach: number): Promise<void> {
  for (let left = 600; ; left -= 1) {
    const seen = await admin.fetchTopicMetadata({ topics: [...topics] }).catch(() => null)
    const partitions = seen?.topics.flatMap((topic) => topic.partitions) ?? []
    const isWhole = partitions.length === topics.length * partitionsEach
    if (isWhole && partitions.every(({ leader }) => leader >= 0)) {
      // A leader that is named may not know of it yet: kafkajs would send again to those that took their part.
      // (It keeps topics as keys of plain objects, so it cannot ask for one of this name.)
      const some = topics.slice(0, 10).filter((topic) => topic !== '__proto__')
      const asked = some.map((topic) => admin.fetchTopicOffsets(topic))
      if ((await Promise.allSettled(asked)).every(({ status }) => status === 'fulfilled')) return
    }
    if (left === 0) throw new Error(`${topics.length} topics have no leaders yet`)
    await sleep(100)
  }
}

type Offsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>

/**
 * A kafkajs client asks for every topic it ever touched, and fails for all when one is gone: so each use
 * of a topic gets a client of its own.
 */
async function readOffsets(client: Kafka, topic: string): Promise<Offsets> {
  const admin = client.admin()
  await admin.connect()
  try {
    return await admin.fetchTopicOffsets(topic)
  } finally {
    await admin.disconnect()
  }
}

async function publish(
  client: Kafka,
  topic: string,
  messages: readonly RawMessage[],
  partition: number,
): Promise<void> {
  const producer = client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    await publishWith(producer, topic, messages, partition)
  } finally {
    await producer.disconnect()
  }
}

async function publishWith(
  producer: Producer,
  topic: string,
  messages: readonly RawMessage[],
  partition: number,
): Promise<void> {
  const send = (batch: readonly RawMessage[]): Promise<RecordMetadata[]> =>
    producer.send({
      topic,
      acks: -1,
      messages: batch.map(({ key, body, headers }) => ({
        key: key && Buffer.from(key),
        value: body && Buffer.from(body),
        headers: headersOut(headers),
        partition,
      })),
    })
  let batch: RawMessage[] = []
  let bytes = 0
  for (const message of messages) {
    const size = (message.body?.length ?? 0) + 200
    if (batch.length > 0 && bytes + size > 900_000) {
      await send(batch)
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += size
  }
  if (batch.length > 0) await send(batch)
}

/** kafkajs groups headers by name: duplicates stay in order only next to each other. */
function headersOut(headers: readonly Header[]): IHeaders {
  const out: Record<string, Buffer | Buffer[]> = {}
  for (const header of headers) {
    const bytes = Buffer.from(bytesOfHeader(header) ?? [])
    const known = out[header.name]
    out[header.name] = known === undefined ? bytes : [known, bytes].flat()
  }
  return out
}

function headersIn(headers: IHeaders | undefined): Header[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((item) => headerFromBytes(name, item === undefined ? null : Buffer.from(item))),
  )
}

let readers = 0

/** The coordinator of a group may be loading still, on a server that just started; kafkajs gives up on it. */
async function drain(client: Kafka, admin: Admin, topic: string): Promise<RawMessage[]> {
  for (let left = 30; ; left -= 1) {
    try {
      return await drainOnce(client, admin, topic)
    } catch (error) {
      if (left === 0 || !/coordinator/i.test(String(error))) throw error
      await sleep(500)
    }
  }
}

async function drainOnce(client: Kafka, admin: Admin, topic: string): Promise<RawMessage[]> {
  const ends = await readOffsets(client, topic)
  const open = new Map(
    ends.flatMap((row) => (row.high === row.low ? [] : [[row.partition, BigInt(row.high)] as const])),
  )
  if (open.size === 0) return []
  const groupId = `raw-reader-${process.pid}-${++readers}`
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 50 })
  const found: (RawMessage & { partition: number })[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            const end = open.get(partition)
            if (end === undefined) return
            const { key, value } = message
            found.push({ partition, key, body: value, headers: headersIn(message.headers) })
            if (BigInt(message.offset) >= end - 1n) open.delete(partition)
            if (open.size === 0) resolve()
          },
        })
        .catch(reject)
    })
  } finally {
    await consumer.disconnect()
    await deleteGroup(admin, groupId)
  }
  return found.sort((a, b) => a.partition - b.partition).map(({ partition: _, ...message }) => message)
}

/** A member that just left may be there for a moment yet. */
export async function deleteGroup(admin: Admin, groupId: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      await admin.deleteGroups([groupId])
      return
    } catch {
      await sleep(100)
    }
  }
}
