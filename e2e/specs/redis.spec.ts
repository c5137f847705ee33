import { Redis } from 'ioredis'
import { orders, uniqueName } from '../fixtures/orders.ts'
import { expect, test } from '../fixtures/test.ts'
import { BrokerPage } from '../pages/broker-page.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { sharedBroker } from '../support/brokers.ts'

type Entry = readonly [id: Buffer, fields: readonly Buffer[]]

/** An orders stream with a consumer group, and the stream its workers put failures into. */
async function openShop(name: string) {
  const { urls } = await sharedBroker('redis')
  const client = new Redis(urls.redis ?? '')
  const [origin, deadLetters] = [`${name}:orders`, `${name}:orders:dead`]
  await client.xgroup('CREATE', origin, 'workers', '$', 'MKSTREAM')
  const read = async (stream: string) =>
    (await client.xrangeBuffer(stream, '-', '+')) as unknown as readonly Entry[]
  return {
    client,
    origin,
    deadLetters,
    async fail(): Promise<void> {
      for (const { id, body } of orders)
        await client.xadd(
          deadLetters,
          '*',
          'body',
          body,
          'order',
          id,
          'error',
          'card declined',
          'origin',
          origin,
        )
    },
    /** The origin's own consumer: what its group is given, acknowledged. */
    async receive(count: number): Promise<readonly Entry[]> {
      const got: Entry[] = []
      for (let round = 0; round < 40 && got.length < count; round += 1) {
        const answer = (await client.xreadgroupBuffer(
          'GROUP',
          'workers',
          'one',
          'COUNT',
          10,
          'BLOCK',
          500,
          'STREAMS',
          origin,
          '>',
        )) as readonly (readonly [Buffer, readonly Entry[]])[] | null
        for (const [, entries] of answer ?? [])
          for (const entry of entries) {
            got.push(entry)
            await client.xack(origin, 'workers', entry[0].toString())
          }
      }
      return got
    },
    remaining: async () => (await read(deadLetters)).map((entry) => fieldOf(entry, 'order')),
    async close(): Promise<void> {
      await client.del(origin, deadLetters)
      client.disconnect()
    },
  }
}

function fieldOf([, fields]: Entry, name: string): string {
  const at = fields.findIndex((field, i) => i % 2 === 0 && field.toString() === name)
  return at < 0 ? '' : (fields[at + 1]?.toString() ?? '')
}

const picked = ['order-2', 'order-4', 'order-9']

test('Redis: from the list of dead letters to three of ten back at their consumer', async ({ page }) => {
  const shop = await openShop(uniqueName('redis'))
  try {
    await shop.fail()
    const inbox = new DeadLettersPage(page)
    await inbox.goto()
    await expect(inbox.row(shop.deadLetters)).toContainText('10')

    const stream = await inbox.open(shop.deadLetters)
    await stream.look()
    await stream.oldestFirst()
    await expect(stream.rows()).toHaveCount(10)
    const before = (await shop.client.xrangeBuffer(shop.deadLetters, '-', '+')) as unknown as readonly Entry[]
    const chosenEntries = before.filter((entry) => picked.includes(fieldOf(entry, 'order')))
    const positions = chosenEntries.map(([id]) => id.toString())

    await stream.open(positions[1] ?? '')
    await expect(stream.cause).toContainText('card declined')
    await expect(stream.cause).toContainText(shop.origin)
    await stream.closeMessage()

    await stream.tick(...positions)
    const run = await stream.replay(3, shop.origin)
    await run.expectDelivered(3, shop.origin)

    const arrived = await shop.receive(3)
    expect(arrived).toHaveLength(3)
    for (const [i, entry] of arrived.entries()) {
      const original = chosenEntries[i]?.[1] ?? []
      expect(entry[1].slice(0, 4).map((field) => field.toString('base64'))).toEqual(
        original.slice(0, 4).map((field) => field.toString('base64')),
      )
      expect(fieldOf(entry, 'signalbox-replay-id')).toMatch(/\/\d+$/)
    }
    const left = orders.map((order) => order.id).filter((id) => !picked.includes(id))
    expect(await shop.remaining()).toEqual(left)
  } finally {
    await shop.close()
  }
})

test('Redis: a message published in the browser is found where it landed', async ({ page }) => {
  const shop = await openShop(uniqueName('redis'))
  try {
    const broker = new BrokerPage(page)
    await broker.goto('Shop Redis')
    const stream = await broker.open(shop.origin)
    await stream.publish('hello from a browser, Müller')
    await stream.findPublished()
    await stream.open('hello from a browser, Müller')
    await expect(stream.drawer).toContainText('hello from a browser, Müller')
    const [entry] = await shop.receive(1)
    expect(entry && fieldOf(entry, 'body')).toBe('hello from a browser, Müller')
  } finally {
    await shop.close()
  }
})
