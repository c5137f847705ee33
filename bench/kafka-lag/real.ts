import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { newCall } from '../../server/brokers/contract/index.ts'
import { kafka } from '../../server/brokers/kafka/index.ts'
import type { LagResult } from '../results.ts'
import { commitAsNobody } from './seed.ts'

const topics = 2_000
const partitionsEach = 4
const groups = 500
const topicsOfGroup = 4
const topicsAtOnce = 100

const nameOf = (index: number) => `bench.lag.${String(index).padStart(5, '0')}`

/** Topics, some with messages, and groups with commits of which a part lags. */
async function seed(instance: BrokerInstance, say: (line: string) => void): Promise<void> {
  const address = instance.urls.plaintext ?? ''
  const client = new Kafka({ clientId: 'bench', brokers: [address], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  await createTopics(admin, say)
  const producer = client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let index = 0; index < topics; index += 20) {
    const messages = Array.from({ length: 40 }, (_, i) => ({ value: `m${i}`, partition: i % partitionsEach }))
    await producer.send({ topic: nameOf(index), messages })
  }
  await producer.disconnect()
  await admin.disconnect()
  say(`committing for ${groups} groups`)
  await commitAsNobody(
    address,
    Array.from({ length: groups }, (_, group) => ({
      group: `bench.group.${group}`,
      topics: Array.from({ length: topicsOfGroup }, (_, i) => ({
        topic: nameOf((group * topicsOfGroup + i) % topics),
        partitions: Array.from({ length: partitionsEach }, (_, partition) => ({
          partition,
          offset: 0n,
        })),
      })),
    })),
  )
}

async function createTopics(admin: Admin, say: (line: string) => void): Promise<void> {
  say(`creating ${topics} topics of ${partitionsEach} partitions`)
  for (let at = 0; at < topics; at += topicsAtOnce) {
    const lot = Array.from({ length: Math.min(topicsAtOnce, topics - at) }, (_, i) => ({
      topic: nameOf(at + i),
      numPartitions: partitionsEach,
      replicationFactor: 1,
    }))
    await admin.createTopics({ waitForLeaders: false, timeout: 60_000, topics: lot })
  }
  await sleep(5_000)
}

/** The driver's own sample of a real broker, as the console takes it: everything, with lag in seconds. */
export async function measureReal(
  instance: BrokerInstance,
  rounds: number,
  say: (line: string) => void,
): Promise<LagResult> {
  await seed(instance, say)
  const silent = () => undefined
  const connection = await kafka.connect(
    kafka.options.parse({ bootstrap: [instance.urls.plaintext ?? ''] }),
    {
      brokerId: 'bench',
      notes: { get: async () => null, set: async () => undefined },
      log: { debug: silent, info: silent, warn: silent, error: silent },
      now: Date.now,
    },
  )
  const ms: number[] = []
  try {
    for (let round = 0; round <= rounds * 3; round++) {
      const startedAt = performance.now()
      const sample = await connection.sample([], newCall(60_000))
      const tookMs = performance.now() - startedAt
      say(`sample ${round}: ${Math.round(tookMs)} ms`)
      const mine = sample.groups.filter((group) => group.name.startsWith('bench.group.'))
      const known = mine.filter((group) => group.total.state === 'ok').length
      if (known !== groups) throw new Error(`The lag of ${known} of ${groups} groups is known`)
      if (round > 0) ms.push(tookMs)
      await sleep(200)
    }
  } finally {
    await connection.close()
  }
  const label = 'one broker on the same cores, over the network'
  return { id: 'real', label, topics, partitions: topics * partitionsEach, groups, ms }
}
