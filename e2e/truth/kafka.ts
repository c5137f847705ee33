import { type Admin, type Consumer, Kafka, logLevel, Partitioners } from 'kafkajs'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { createTopics } from '../support/kafka-topics.ts'
import { difference, Looks, larger, sum, type Truth } from './bounds.ts'
import type { Known, Subject } from './subject.ts'

const partitions = 4
const perSecond = 60
const lookMs = 250

/** What was seen of one topic since it was made: another one of the same name has looks of its own. */
class Seen {
  readonly ends = Array.from({ length: partitions }, () => new Looks())
  readonly starts = Array.from({ length: partitions }, () => new Looks())
  readonly commits = new Map<string, readonly Looks[]>()

  constructor(groups: readonly string[]) {
    for (const group of groups)
      this.commits.set(
        group,
        Array.from({ length: partitions }, () => new Looks()),
      )
  }

  readonly depth: Truth = (atMs) =>
    sum(this.ends.map((end, index) => difference(end.at(atMs), this.starts[index]?.at(atMs) ?? null)))
  readonly end: Truth = (atMs) => sum(this.ends.map((end) => end.at(atMs)))

  lag(group: string, partition: number): Truth {
    return (atMs) => {
      const committed = this.commits.get(group)?.[partition]?.at(atMs) ?? null
      const start = this.starts[partition]?.at(atMs) ?? null
      return difference(this.ends[partition]?.at(atMs) ?? null, larger(committed, start))
    }
  }
}

/** A topic with a producer, a classic group that rebalances, and one that stands still. */
export function openKafkaSubject(instance: BrokerInstance, prefix: string): Subject {
  const address = instance.urls.plaintext
  if (!address) throw new Error('the Kafka instance names no address')
  const newClient = (clientId: string) =>
    new Kafka({
      clientId,
      brokers: [address],
      logLevel: logLevel.NOTHING,
      retry: { retries: 3, maxRetryTime: 2_000 },
    })
  const topic = `${prefix}.events`
  const moving = `${prefix}.readers`
  const parked = `${prefix}.parked`
  const groups = [moving, parked]
  let seen = new Seen(groups)
  let goesOn = true
  let isPaused = false
  let workPerSecond = perSecond * 1.2
  let turn = 0
  const loops: Promise<void>[] = []
  const readers: Consumer[] = []

  const rest = (ms: number) => new Promise((done) => setTimeout(done, ms))
  async function again(work: () => Promise<void>): Promise<void> {
    while (goesOn) {
      await work().catch(() => undefined)
      if (goesOn) await rest(300)
    }
  }
  async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = newClient('truth-admin').admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

  async function produce(): Promise<void> {
    const producer = newClient('truth-producer').producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    try {
      for (let n = 0; goesOn; n += 1) {
        // The second partition gets most: lag is not spread evenly in real life either.
        const partition = n % 3 === 0 ? n % partitions : 1
        if (!isPaused)
          await producer.send({ topic, messages: [{ key: `k${n}`, value: `event ${n}`, partition }] })
        await rest(1_000 / perSecond)
      }
    } finally {
      await producer.disconnect()
    }
  }

  async function addReader(): Promise<void> {
    const reader = newClient(`truth-reader-${readers.length}`).consumer({
      groupId: moving,
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
      retry: { retries: 20 },
    })
    readers.push(reader)
    await reader.connect()
    await reader.subscribe({ topic, fromBeginning: true })
    await reader.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        await rest(1_000 / workPerSecond)
        const offset = String(BigInt(message.offset) + 1n)
        await reader.commitOffsets([{ topic, partition, offset }])
      },
    })
  }

  /** Our own arithmetic: begins, ends and commits, asked of the broker by a plain client. */
  const look = () =>
    withAdmin(async (admin) => {
      while (goesOn) {
        const mine = seen
        const askedMs = Date.now()
        const offsets = await admin.fetchTopicOffsets(topic)
        const toldMs = Date.now()
        for (const { partition, high, low } of offsets) {
          mine.ends[partition]?.add(askedMs, toldMs, Number(high))
          mine.starts[partition]?.add(askedMs, toldMs, Number(low))
        }
        for (const group of groups) {
          const beganMs = Date.now()
          const [commits] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
          const endedMs = Date.now()
          for (const { partition, offset } of commits?.partitions ?? [])
            if (Number(offset) >= 0)
              mine.commits.get(group)?.[partition]?.add(beganMs, endedMs, Number(offset))
        }
        await rest(lookMs)
      }
    })

  async function create(): Promise<void> {
    await withAdmin(async (admin) => {
      await createTopics(admin, [{ topic, numPartitions: partitions }])
      const offsets = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '0' }))
      await admin.setOffsets({ groupId: parked, topic, partitions: offsets })
    })
  }

  async function recreate(): Promise<void> {
    isPaused = true
    await rest(500)
    await Promise.all(readers.splice(0).map((reader) => reader.disconnect().catch(() => undefined)))
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
    await rest(1_500)
    for (let left = 20; left > 0; left -= 1) {
      if (
        await create().then(
          () => true,
          () => false,
        )
      )
        break
      await rest(500)
    }
    seen = new Seen(groups)
    isPaused = false
    await addReader()
  }

  return {
    id: 'kafka',
    entry: { id: 'kafka', kind: 'kafka', bootstrap: [address] },
    known: () => [
      { kind: 'count', of: 'destination', name: topic, metric: 'depth', truth: seen.depth },
      { kind: 'rate', of: 'destination', name: topic, metric: 'inRate', truth: seen.end },
      ...groups.flatMap((name) =>
        Array.from({ length: partitions }, (_, partition): Known => {
          return {
            kind: 'count',
            of: 'group',
            name,
            metric: 'lag',
            partition,
            truth: seen.lag(name, partition),
          }
        }),
      ),
    ],
    async start() {
      await create()
      loops.push(again(produce), again(look))
      await addReader()
    },
    async disturb(note) {
      turn += 1
      const kind = turn % 5
      if (kind === 1) {
        const fault = note('a second reader joins: rebalance', 8_000)
        await addReader()
        fault.untilMs = Date.now() + 2_000
      } else if (kind === 2) {
        workPerSecond = workPerSecond > perSecond ? perSecond / 3 : perSecond * 3
        note(`readers at ${Math.round(workPerSecond)}/s each`, 0)
      } else if (kind === 3) {
        note('records below 20 deleted on every partition: retention', 1_000)
        await withAdmin((admin) =>
          admin.deleteTopicRecords({
            topic,
            partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '20' })),
          }),
        )
      } else if (kind === 4) {
        const fault = note('a reader leaves: rebalance', 8_000)
        await readers.pop()?.disconnect()
        fault.untilMs = Date.now() + 2_000
      } else {
        const fault = note('the topic is deleted and made again', 90_000)
        await recreate()
        fault.untilMs = Date.now() + 2_000
      }
    },
    async stop() {
      goesOn = false
      await Promise.all(readers.map((reader) => reader.disconnect().catch(() => undefined)))
      await Promise.allSettled(loops)
      await withAdmin(async (admin) => {
        await admin.deleteTopics({ topics: [topic] }).catch(() => undefined)
        await admin.deleteGroups(groups).catch(() => undefined)
      }).catch(() => undefined)
    },
  }
}
