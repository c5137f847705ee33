import { type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib'
import { chosen, orders, replayed, unchosen, uniqueName } from '../fixtures/orders.ts'
import { expect, test } from '../fixtures/test.ts'
import { BrokerPage } from '../pages/broker-page.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { sharedBroker } from '../support/brokers.ts'

/** An orders queue with a dead-letter queue, as a team declares them, and a worker that rejects what comes. */
async function openShop(name: string) {
  const { urls } = await sharedBroker('rabbitmq')
  const connection = await connect(urls.amqp ?? '')
  const channel = await connection.createConfirmChannel()
  const [origin, deadLetters] = [`${name}.orders`, `${name}.orders.dlq`]
  await channel.assertQueue(deadLetters, { durable: true })
  await channel.assertQueue(origin, {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: deadLetters,
  })
  return {
    origin,
    deadLetters,
    async rejectAll(): Promise<void> {
      for (const { id, body } of orders)
        channel.sendToQueue(origin, body, {
          persistent: true,
          messageId: id,
          contentType: 'application/json',
          headers: { trace: `trace of ${id}`, attempt: 1 },
        })
      await channel.waitForConfirms()
      await consume(channel, origin, orders.length, (message) => channel.nack(message, false, false))
    },
    /** The origin's own consumer: takes and acknowledges. */
    receive: (count: number) => consume(channel, origin, count, (message) => channel.ack(message)),
    /** Ids in order, everything left in its place. */
    async remaining(): Promise<readonly string[]> {
      const reader = await connect(urls.amqp ?? '')
      const looking = await reader.createChannel()
      const ids: string[] = []
      for (let got = await looking.get(deadLetters); got; got = await looking.get(deadLetters))
        ids.push(String(got.properties.messageId))
      await reader.close()
      return ids
    },
    async close(): Promise<void> {
      await channel.deleteQueue(origin)
      await channel.deleteQueue(deadLetters)
      await connection.close()
    },
  }
}

async function consume(
  channel: ConfirmChannel,
  queue: string,
  count: number,
  settle: (message: ConsumeMessage) => void,
): Promise<readonly ConsumeMessage[]> {
  const got: ConsumeMessage[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (!message) return reject(new Error('the consumer was cancelled'))
    got.push(message)
    settle(message)
    if (got.length === count) resolve()
  })
  const late = setTimeout(() => reject(new Error(`${got.length} of ${count} arrived`)), 20_000)
  await promise.finally(() => clearTimeout(late))
  await channel.cancel(consumerTag)
  return got
}

test('RabbitMQ: from the list of dead letters to three of ten back at their consumer', async ({ page }) => {
  const shop = await openShop(uniqueName('rabbit'))
  try {
    await shop.rejectAll()
    const inbox = new DeadLettersPage(page)
    await inbox.goto()
    await expect(inbox.row(shop.deadLetters)).toContainText(shop.origin)
    await expect(inbox.row(shop.deadLetters)).toContainText('10')

    const queue = await inbox.open(shop.deadLetters)
    await expect(page.getByText('Looking here is not free')).toBeVisible()
    await queue.look()
    await expect(queue.rows()).toHaveCount(10)

    await queue.open('order-4')
    await expect(queue.cause).toContainText('Rejected by its consumer')
    await expect(queue.cause).toContainText(shop.origin)
    await expect(queue.cause).toContainText('x-death')
    await expect(queue.drawer).toContainText('9007199254740993')
    await queue.closeMessage()

    await queue.tick(...chosen)
    const run = await queue.replay(3, shop.origin)
    await run.expectDelivered(3, shop.origin)

    const arrived = await shop.receive(3)
    expect(arrived.map((message) => message.properties.messageId)).toEqual(chosen)
    for (const [i, message] of arrived.entries()) {
      expect(message.content.equals(replayed[i]?.body ?? Buffer.alloc(0))).toBe(true)
      const { headers, contentType, deliveryMode } = message.properties
      expect(headers).toMatchObject({ trace: `trace of ${message.properties.messageId}`, attempt: 1 })
      expect(headers).not.toHaveProperty('x-death')
      expect(headers?.['signalbox-replay-id']).toMatch(/\/\d+$/)
      expect({ contentType, deliveryMode }).toEqual({ contentType: 'application/json', deliveryMode: 2 })
    }
    expect(await shop.remaining()).toEqual(unchosen)
  } finally {
    await shop.close()
  }
})

test('RabbitMQ: a message published in the browser is found where it landed', async ({ page }) => {
  const shop = await openShop(uniqueName('rabbit'))
  try {
    const broker = new BrokerPage(page)
    await broker.goto('Shop RabbitMQ')
    const queue = await broker.open(shop.origin)
    await queue.publish('hello from a browser, Müller')
    await queue.findPublished()
    await queue.open('hello from a browser, Müller')
    await expect(queue.drawer).toContainText('hello from a browser, Müller')
    const [message] = await shop.receive(1)
    expect(message?.content.toString()).toBe('hello from a browser, Müller')
  } finally {
    await shop.close()
  }
})
