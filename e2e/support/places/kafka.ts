import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { createTopics } from '../kafka-topics.ts'
import type { OpenPlace } from './place.ts'

/** A topic of three partitions. */
export const openKafkaPlace: OpenPlace = async (instance) => {
  const address = instance.urls.plaintext
  if (!address) throw new Error('the Kafka instance names no address')
  const newClient = () =>
    new Kafka({ clientId: 'e2e', brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 8 } })
  const admin = newClient().admin()
  await admin.connect()

  return {
    label: 'Kafka topic',
    broker: { id: 'kafka', kind: 'kafka', bootstrap: [address] },
    type: 'topic',
    isLog: true,
    partitions: 3,
    removes: false,
    create: async (topic) => {
      await createTopics(admin, [{ topic, numPartitions: 3 }])
    },
    put: async (topic, messages) => {
      const producer = newClient().producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      for (const { body, key, headers, partition } of messages) {
        const message = {
          value: Buffer.from(body),
          key: key ?? null,
          ...(headers ? { headers } : {}),
          ...(partition === undefined ? {} : { partition }),
        }
        await producer.send({ topic, messages: [message] })
      }
      await producer.disconnect()
    },
    bodies: async (topic) => {
      const ends = await admin.fetchTopicOffsets(topic)
      const left = new Map(ends.filter((end) => end.high !== end.low).map((end) => [end.partition, end.high]))
      const found: { partition: number; body: string }[] = []
      if (left.size === 0) return []
      const groupId = `${topic}-reader-${Date.now()}`
      const consumer = newClient().consumer({ groupId, maxWaitTimeInMs: 100 })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      try {
        await new Promise<void>((resolve, reject) => {
          consumer
            .run({
              autoCommit: false,
              eachBatch: async ({ batch }) => {
                for (const { value } of batch.messages)
                  found.push({ partition: batch.partition, body: value?.toString() ?? '' })
                const end = left.get(batch.partition)
                if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= BigInt(end))
                  left.delete(batch.partition)
                if (left.size === 0) resolve()
              },
            })
            .catch(reject)
        })
      } finally {
        await consumer.disconnect()
        await admin.deleteGroups([groupId]).catch(() => undefined)
      }
      return found.sort((a, b) => a.partition - b.partition).map((one) => one.body)
    },
    remove: async (topic) => {
      await admin.deleteTopics({ topics: [topic] })
    },
    close: () => admin.disconnect(),
  }
}
