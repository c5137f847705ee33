import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib'
import { Redis } from 'ioredis'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { Company } from './company.ts'

/**
 * The company on real brokers, checked by plain clients of our own: what flows, what dies of what, who lags, who is
 * stuck, and that neither a broken worker nor an end in the middle of work loses an order.
 */
const topics = ['wholesale.requests', 'orders.events', 'shipments'].flatMap((name) => [name, `${name}.DLT`])
const groups = ['wholesale', 'stock-keeper', 'order-board', 'monthly-reports', 'label-printer']

let company: Company
let connection: ChannelModel
let channel: Channel
let admin: Admin
let redis: Redis
/** Ids of all orders RabbitMQ took, by a queue of our own beside those of the company. */
const placed = new Set<string>()

beforeAll(async () => {
  company = await Company.open()
  const { at } = company
  admin = new Kafka({ clientId: 'check', brokers: [at.kafka], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  redis = new Redis(at.redis)
  await redis.flushdb()
  connection = await connect(at.amqp)
  channel = await connection.createChannel()
  await channel.assertExchange('shop.orders', 'topic', { durable: true })
  const tap = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(tap.queue, 'shop.orders', 'order.placed.#')
  const note = (id: unknown) => void placed.add(String(id))
  await channel.consume(tap.queue, (message) => note(message?.properties.messageId), { noAck: true })
  await company.start('--rate', '60')
})

afterAll(async () => {
  await company.end('SIGKILL')
  await connection.close()
  await admin.deleteTopics({ topics })
  await deleteGroups()
  await admin.disconnect()
  await redis.flushdb()
  redis.disconnect()
  await company.remove()
})

/** A member that was killed, or ended while it joined, stays until its session is over; its group with it. */
async function deleteGroups(): Promise<void> {
  await waitFor(
    async () => {
      const { groups: there } = await admin.listGroups()
      const left = there.map(({ groupId }) => groupId).filter((id) => groups.includes(id))
      if (left.length > 0) await admin.deleteGroups(left)
      return left.length === 0
    },
    'the groups gone',
    30_000,
  )
}

/** All that lies ready in a queue, put back into its place afterwards. */
async function look(queue: string): Promise<GetMessage[]> {
  const own = await connection.createChannel()
  const found: GetMessage[] = []
  for (;;) {
    const message = await own.get(queue)
    if (!message) break
    found.push(message)
  }
  await own.close()
  return found
}

const headersOf = (message: GetMessage | undefined) => message?.properties.headers ?? {}
const idsOf = (messages: readonly GetMessage[]) =>
  messages.map(({ properties }) => String(properties.messageId))

/** Keys of orders that were charged, each as often as it was entered. */
async function readLedger(): Promise<string[]> {
  const entries = await redis.xrange('shop:ledger', '-', '+')
  return entries.flatMap(([, [, book, , key]]) => (book === 'payments' && key ? [key] : []))
}

/** Committed offsets and ends, by partition. */
async function readGroup(groupId: string, topic: string) {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const ends = await admin.fetchTopicOffsets(topic)
  // As they come they stand in no order.
  const inOrder = ends.toSorted((a, b) => a.partition - b.partition)
  return inOrder.map(({ partition, high }) => {
    const at = committed?.partitions.find((one) => one.partition === partition)?.offset ?? '-1'
    return { committed: Number(at), end: Number(high) }
  })
}
const lagOf = (parts: readonly { committed: number; end: number }[]) =>
  parts.reduce((sum, { committed, end }) => sum + end - Math.max(0, committed), 0)

test.each([
  ['payments.dlq', 'UnknownCurrencyError', (h: Record<string, unknown>) => h['x-error-class']],
  ['shipping.dlq', 'delivery_limit', firstDeath],
  ['invoices.eu.dlq', 'rejected', firstDeath],
  ['quotes.dlq', 'expired', firstDeath],
  ['clicks.dlq', 'maxlen', firstDeath],
])('%s fills by %s', async (queue, cause, causeOf) => {
  const dead = await waitFor(
    async () => {
      const messages = await look(queue)
      return messages.length > 0 && messages
    },
    `a message in ${queue}`,
    30_000,
  )
  expect(causeOf(headersOf(dead[0]))).toBe(cause)
})

function firstDeath(headers: Record<string, unknown>): unknown {
  return headers['x-first-death-reason']
}

test('dead letters of Kafka and Redis carry the error with its stack', async () => {
  await waitFor(
    async () => (await admin.fetchTopicOffsets('orders.events.DLT')).some(({ high }) => high !== '0'),
    'a record in orders.events.DLT',
    20_000,
  )
  const [entry] = await waitFor(
    async () => {
      const entries = await redis.xrange('warehouse:arrivals:dead', '-', '+', 'COUNT', 1)
      return entries.length > 0 && entries
    },
    'an entry in the dead stream',
    20_000,
  )
  const fields = entry?.[1] ?? []
  const at = (name: string) => fields[fields.indexOf(name) + 1]
  expect(at('error')).toMatch(/^DamagedPalletError: pallet \d+ is broken$/)
  expect(at('stack')).toContain('forklifts.ts')
  expect([at('origin'), at('attempts')]).toEqual(['warehouse:arrivals', '3'])
})

test('the slow group falls behind, the others keep up, and one partition stands still', async () => {
  const readAll = async () => ({
    slow: lagOf(await readGroup('monthly-reports', 'orders.events')),
    board: await readGroup('order-board', 'orders.events'),
    labels: await readGroup('label-printer', 'shipments'),
  })
  const before = await waitFor(async () => {
    const all = await readAll()
    return all.labels.every(({ committed }) => committed > 0) && all
  }, 'a commit in each partition of shipments')
  const after = await waitFor(
    async () => {
      const all = await readAll()
      const hasMoved = all.labels.every(
        ({ committed }, at) => at === 2 || committed > (before.labels[at]?.committed ?? 0),
      )
      const hasGrown = all.slow > before.slow + 50 && (all.labels[2]?.end ?? 0) > (before.labels[2]?.end ?? 0)
      return hasMoved && hasGrown && all
    },
    'lag that grows',
    20_000,
  )
  expect(after.labels[2]?.committed).toBe(before.labels[2]?.committed)
  expect(lagOf(after.board)).toBeLessThan(after.slow)
  // The board is derived from the events: all that are in it have a state.
  const states = await redis.hvals('shop:board:states')
  expect(states).toContain('shipped')
  expect(states).toContain('confirmed')
})

test('a broken worker fills its dead letters; healed, it handles what is sent again', async () => {
  await company.say('--break', 'payments')
  const isDown = (message: GetMessage) => /GatewayDownError/.test(String(headersOf(message)['x-error-stack']))
  await waitFor(async () => (await look('payments.dlq')).some(isDown), 'orders that were given up', 20_000)
  await company.say('--heal', 'payments', '--rate', '10')
  const dead = (await look('payments.dlq')).filter(isDown)
  const stack = String(headersOf(dead[0])['x-error-stack'])
  expect(stack).toContain('payments.ts')
  const known = new Set(await readLedger())
  expect(idsOf(dead).filter((id) => known.has(id))).toEqual([])
  for (const { content, properties } of dead)
    channel.sendToQueue('payments', content, { messageId: properties.messageId, type: properties.type })
  // What has nothing else wrong with it is charged now; the bad currency dies again, of its own cause.
  const good = dead.filter(({ content }) => JSON.parse(content.toString()).currency === 'EUR')
  expect(good.length).toBeGreaterThan(0)
  await waitFor(async () => {
    const ledger = new Set(await readLedger())
    return idsOf(good).every((id) => ledger.has(id))
  }, 'the orders that were sent again')
})

test('killed and started again it goes on; ended by SIGTERM it loses nothing and does nothing twice', async () => {
  expect(await company.say('--rate', '120')).toContain('120 orders a second')
  await company.end('SIGKILL')
  await company.start('--rate', '120')
  const before = placed.size
  await waitFor(async () => placed.size > before + 100, 'orders after the start')
  expect(await company.end('SIGTERM'), company.output).toBe(0)

  const waiting = ['payments', 'payments.retry.1', 'payments.retry.2', 'payments.retry.3']
  // Retry queues empty into `payments` while one looks: looked at until nothing moves.
  const left = await waitFor(async () => {
    const [work = [], ...retries] = await Promise.all(waiting.map(look))
    return retries.every((queue) => queue.length === 0) && idsOf(work)
  }, 'the retry queues empty')
  const ledger = await readLedger()
  const charged = new Set(ledger)
  const given = new Set([...charged, ...left, ...idsOf(await look('payments.dlq'))])
  expect([...placed].filter((id) => !given.has(id))).toEqual([])
  expect(ledger.length - charged.size, 'charged twice').toBe(0)
  expect(
    left.filter((id) => charged.has(id)),
    'charged, and yet not acknowledged',
  ).toEqual([])
})

test('--for ends it by itself', async () => {
  await company.start('--for', '1', '--brokers', 'redis')
  expect(await company.end(), company.output).toBe(0)
  expect(await company.say('--status')).toContain('does not run')
})
