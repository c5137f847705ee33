import { Kafka, logLevel } from 'kafkajs'
import { createTopics } from '../kafka-topics.ts'
import { type Arrived, type OpenWorld, replayIdHeader } from './world.ts'

/** Two topics of three partitions; dead letters carry the headers Spring Kafka writes. */
export const openKafkaWorld: OpenWorld = async (instance, name) => {
  const address = instance.urls.plaintext
  if (!address) throw new Error('the Kafka instance names no address')
  const [origin, deadLetters] = [`${name}.orders`, `${name}.orders.DLT`]
  const kafka = new Kafka({ clientId: 'e2e', brokers: [address], logLevel: logLevel.NOTHING })
  const withAdmin = async <T>(work: (admin: ReturnType<typeof kafka.admin>) => Promise<T>): Promise<T> => {
    const admin = kafka.admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }
  await withAdmin((admin) =>
    createTopics(
      admin,
      [origin, deadLetters].map((topic) => ({ topic, numPartitions: 3 })),
    ),
  )

  /** Everything up to the ends as they are now, partition by partition. */
  async function readAll(
    topic: string,
  ): Promise<readonly (Arrived & { partition: number; offset: string })[]> {
    const ends = await withAdmin((admin) => admin.fetchTopicOffsets(topic))
    const left = new Map(
      ends.filter((end) => end.high !== end.low).map((end) => [end.partition, BigInt(end.high)] as const),
    )
    if (left.size === 0) return []
    // By place: a consumer that joins anew begins anew.
    const found = new Map<string, Arrived & { partition: number; offset: string }>()
    const groupId = `${name}-reader-${Date.now()}`
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    try {
      await new Promise<void>((resolve, reject) => {
        const run = consumer.run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) {
              const replayId = message.headers?.[replayIdHeader]
              found.set(`${batch.partition}:${message.offset}`, {
                body: message.value?.toString() ?? '',
                replayId: replayId === undefined ? null : String(replayId),
                partition: batch.partition,
                offset: message.offset,
              })
            }
            const end = left.get(batch.partition)
            if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) left.delete(batch.partition)
            if (left.size === 0) resolve()
          },
        })
        run.catch(reject)
      })
    } finally {
      await consumer.disconnect()
      // What is left of a group that never committed; a broker that is busy keeps it for its own time.
      await withAdmin((admin) => admin.deleteGroups([groupId])).catch(() => undefined)
    }
    return [...found.values()]
  }

  return {
    kind: 'kafka',
    broker: { id: 'kafka', kind: 'kafka', bootstrap: [address] },
    origin,
    deadLetters,
    removes: false,
    async seed(count) {
      const producer = kafka.producer()
      await producer.connect()
      const messages = Array.from({ length: count }, (_, i) => ({
        partition: i % 3,
        key: `order ${i % 50}`,
        value: `message ${i}`,
        headers: {
          'kafka_dlt-original-topic': origin,
          'kafka_dlt-original-partition': int32(i % 3),
          'kafka_dlt-original-offset': int64(i),
          'kafka_dlt-exception-fqcn': 'java.lang.IllegalStateException',
          'kafka_dlt-exception-message': 'card declined',
        },
      }))
      // One partition at a time: a retry of kafkajs sends a whole request again, also to those that took it.
      for (const partition of [0, 1, 2]) {
        const own = messages.filter((message) => message.partition === partition)
        if (own.length > 0) await producer.send({ topic: deadLetters, messages: own })
      }
      await producer.disconnect()
    },
    readOrigin: () => patiently(() => readAll(origin)),
    readDeadLetters: async () => {
      const found = await patiently(() => readAll(deadLetters))
      return found
        .toSorted((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)))
        .map((one) => one.body)
    },
    close: () =>
      withAdmin(async (admin) => {
        await admin.deleteTopics({ topics: [origin, deadLetters] })
      }),
  }
}

/** After a restart the group coordinator loads for a while, and kafkajs gives up on it. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left === 0) throw error
      await new Promise((done) => setTimeout(done, 1_000))
    }
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}
