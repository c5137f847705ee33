import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { type GroupSample, newCall } from '../../server/brokers/contract/index.ts'
import { kafka } from '../../server/brokers/kafka/index.ts'
import { cureRequestTimer } from '../../server/brokers/kafka/kafkajs-client.ts'
import type { LagResult } from '../results.ts'
import { commitAsNobody } from './seed.ts'

const topics = 2_000
const partitionsEach = 4
const groups = 500
const topicsOfGroup = 4
const topicsAtOnce = 100
/** Of the messages of each partition every group has read the first. */
const committed = 1n
/** Groups whose lag kafkajs counts too. */
const checkedGroups = 10

const nameOf = (index: number) => `bench.lag.${String(index).padStart(5, '0')}`

/** Topics with messages, and groups that lag on every partition of theirs. */
async function seed(instance: BrokerInstance, say: (line: string) => void): Promise<void> {
  cureRequestTimer()
  const address = instance.urls.plaintext ?? ''
  const client = new Kafka({ clientId: 'bench', brokers: [address], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  await createTopics(admin, say)
  say('two messages to every partition')
  await fillTopics(client.producer({ allowAutoTopicCreation: false }))
  await admin.disconnect()
  say(`committing for ${groups} groups`)
  await commitAsNobody(
    address,
    Array.from({ length: groups }, (_, group) => ({
      group: `bench.group.${group}`,
      topics: topicsOf(group).map((topic) => ({
        topic,
        partitions: Array.from({ length: partitionsEach }, (_, partition) => ({
          partition,
          offset: committed,
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

async function fillTopics(producer: Producer): Promise<void> {
  await producer.connect()
  for (let at = 0; at < topics; at += topicsAtOnce) {
    const topicMessages = Array.from({ length: Math.min(topicsAtOnce, topics - at) }, (_, i) => ({
      topic: nameOf(at + i),
      messages: Array.from({ length: 2 * partitionsEach }, (__, m) => ({
        value: `m${m}`,
        partition: m % partitionsEach,
      })),
    }))
    await producer.sendBatch({ topicMessages })
  }
  await producer.disconnect()
}

const topicsOf = (group: number) =>
  Array.from({ length: topicsOfGroup }, (_, i) => nameOf((group * topicsOfGroup + i) % topics))

/** kafkajs's own arithmetic of some groups: it sends twice what a new leader did not take at once, so ends differ. */
async function checkLags(instance: BrokerInstance, sampled: readonly GroupSample[]): Promise<void> {
  const client = new Kafka({
    clientId: 'bench',
    brokers: [instance.urls.plaintext ?? ''],
    logLevel: logLevel.NOTHING,
  })
  const admin = client.admin()
  await admin.connect()
  try {
    for (let at = 0; at < groups; at += groups / checkedGroups) {
      const ends = await Promise.all(topicsOf(at).map((topic) => admin.fetchTopicOffsets(topic)))
      const expected = ends.flat().reduce((sum, row) => sum + Number(row.high) - Number(committed), 0)
      const total = sampled.find((group) => group.name === `bench.group.${at}`)?.total
      const found = total?.state === 'ok' ? total.value : null
      if (found !== expected)
        throw new Error(`The lag of group ${at} is ${found}, kafkajs counts ${expected}`)
    }
  } finally {
    await admin.disconnect()
  }
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
      const known = mine.filter(({ total }) => total.state === 'ok' && total.value > 0).length
      if (known !== groups) throw new Error(`The lag of ${known} of ${groups} groups is known`)
      if (round === 0) await checkLags(instance, mine)
      if (round > 0) ms.push(tookMs)
      await sleep(200)
    }
  } finally {
    await connection.close()
  }
  const label = 'one broker on the same cores, over the network'
  return { id: 'real', label, topics, partitions: topics * partitionsEach, groups, ms }
}
