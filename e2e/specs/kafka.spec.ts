import { type IHeaders, Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { chosen, orders, replayed, unchosen, uniqueName } from '../fixtures/orders.ts'
import { expect, test } from '../fixtures/test.ts'
import { BrokerPage } from '../pages/broker-page.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { sharedBroker } from '../support/brokers.ts'
import { createTopics } from '../support/kafka-topics.ts'

const partitions = 3
type Received = KafkaMessage & { readonly partition: number }

/** An orders topic and its dead-letter topic, filled as Spring Kafka fills it. */
async function openShop(name: string) {
  const { urls } = await sharedBroker('kafka')
  const kafka = new Kafka({ clientId: 'e2e', brokers: [urls.plaintext ?? ''], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const [origin, deadLetters] = [`${name}.orders`, `${name}.orders.DLT`]
  await createTopics(
    admin,
    [origin, deadLetters].map((topic) => ({ topic, numPartitions: partitions })),
  )
  return {
    origin,
    deadLetters,
    async rejectAll(): Promise<void> {
      const producer = kafka.producer()
      await producer.connect()
      // One at a time: a retry of kafkajs sends a whole request again, also to the partitions that took it.
      for (const [i, { id, body }] of orders.entries()) {
        const message = {
          partition: i % partitions,
          key: id,
          value: body,
          headers: {
            trace: `trace of ${id}`,
            bytes: Buffer.from([0, 255, 254]),
            'kafka_dlt-original-topic': origin,
            'kafka_dlt-original-partition': bigEndian(4, i % partitions),
            'kafka_dlt-original-offset': bigEndian(8, 100 + i),
            'kafka_dlt-exception-fqcn': 'java.lang.IllegalStateException',
            'kafka_dlt-exception-message': 'card declined',
          },
        }
        await producer.send({ topic: deadLetters, messages: [message] })
      }
      await producer.disconnect()
    },
    /** The origin's own consumer: what its group gets of a topic from the beginning. */
    async receive(topic: string, count: number): Promise<readonly Received[]> {
      const consumer = kafka.consumer({ groupId: `${name}-service-${topic}`, maxWaitTimeInMs: 100 })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      const got: Received[] = []
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      await consumer.run({
        eachMessage: async ({ message, partition }) => {
          got.push({ ...message, partition })
          if (got.length === count) resolve()
        },
      })
      const late = setTimeout(() => reject(new Error(`${got.length} of ${count} arrived`)), 30_000)
      await promise.finally(() => clearTimeout(late))
      await consumer.disconnect()
      return got.toSorted((a, b) => String(a.key).localeCompare(String(b.key)))
    },
    async close(): Promise<void> {
      await admin.deleteTopics({ topics: [origin, deadLetters] })
      await admin.disconnect()
    },
  }
}

/** Spring writes numbers as big-endian bytes. */
function bigEndian(size: 4 | 8, value: number): Buffer {
  const bytes = Buffer.alloc(size)
  if (size === 4) bytes.writeInt32BE(value)
  else bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

function asText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name]
  return value === undefined || Array.isArray(value) ? undefined : value.toString()
}

test('Kafka: three of ten replayed; all ten remain, three shown replayed, seven open', async ({ page }) => {
  const shop = await openShop(uniqueName('kafka'))
  try {
    await shop.rejectAll()
    const inbox = new DeadLettersPage(page)
    await inbox.goto()
    await expect(inbox.row(shop.deadLetters)).toContainText('10')

    const topic = await inbox.open(shop.deadLetters)
    await topic.look()
    await topic.oldestFirst()
    await expect(topic.rows()).toHaveCount(10)
    await topic.open('order-4')
    await expect(topic.cause).toContainText('IllegalStateException')
    await expect(topic.cause).toContainText('card declined')
    await expect(topic.cause).toContainText(shop.origin)
    await expect(topic.cause).toContainText('partition 1, offset 104')
    await topic.closeMessage()

    await topic.tick(...chosen)
    const run = await topic.replay(3, shop.origin)
    await run.expectDelivered(3, shop.origin)

    const arrived = await shop.receive(shop.origin, 3)
    expect(arrived.map((message) => String(message.key))).toEqual(chosen)
    for (const [i, message] of arrived.entries()) {
      expect(message.value?.equals(replayed[i]?.body ?? Buffer.alloc(0))).toBe(true)
      expect(message.partition).toBe(orders.findIndex((order) => order.id === chosen[i]) % partitions)
      expect(asText(message.headers, 'trace')).toBe(`trace of ${chosen[i]}`)
      expect(message.headers?.bytes).toEqual(Buffer.from([0, 255, 254]))
      expect(asText(message.headers, 'signalbox-replay-id')).toMatch(/\/\d+$/)
      expect(Object.keys(message.headers ?? {}).filter((key) => key.startsWith('kafka_dlt'))).toEqual([])
    }
    expect(await shop.receive(shop.deadLetters, 10)).toHaveLength(10)

    await page.goBack()
    await topic.look()
    await expect(topic.rows()).toHaveCount(10)
    for (const id of chosen) await expect(topic.row(id).getByText('delivered')).toBeVisible()
    for (const id of unchosen) await expect(topic.row(id).getByText('delivered')).toBeHidden()
    await inbox.goto()
    await expect(inbox.row(shop.deadLetters).getByRole('cell', { name: '7', exact: true })).toBeVisible()
  } finally {
    await shop.close()
  }
})

test('Kafka: a message published in the browser is found where it landed', async ({ page }) => {
  const shop = await openShop(uniqueName('kafka'))
  try {
    const broker = new BrokerPage(page)
    await broker.goto('Shop events')
    const topic = await broker.open(shop.origin)
    await topic.publish('hello from a browser, Müller', { key: 'customer-7' })
    await topic.findPublished()
    await topic.open('hello from a browser, Müller')
    await expect(topic.drawer).toContainText('customer-7')
    const [message] = await shop.receive(shop.origin, 1)
    expect(String(message?.key)).toBe('customer-7')
    expect(String(message?.value)).toBe('hello from a browser, Müller')
  } finally {
    await shop.close()
  }
})
