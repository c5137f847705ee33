import type { Redis } from 'ioredis'
import type { KafkaMessage } from 'kafkajs'
import type { Worker } from '../desk.ts'
import { readBatches } from '../world/kafka.ts'
import { openRedis } from '../world/redis.ts'
import { topics } from '../world/topology-kafka.ts'
import { readJson } from './order.ts'
import { applyEvent, type OrderEvent, type OrderState } from './order-events.ts'

const keys = { states: 'shop:board:states', times: 'shop:board:times', offsets: 'shop:board:offsets' }
const recentList = 'shop:board:recent'
/** Orders the board shows; older ones leave it. */
const boardLength = 1_000

class BoardError extends Error {
  override readonly name = 'BoardError'
}

/**
 * CQRS: the events are written in one form and read in another. The board is a view of the newest orders, folded
 * from the log; delete `shop:board:*`, set the group back to the earliest offset, and it builds itself again.
 * View and offset are written in one transaction, so that no event counts twice, whatever the group's commit says.
 */
export const orderBoard: Worker = {
  name: 'order-board',
  about: 'CQRS read model in Redis (shop:board:*), folded from orders.events.',
  needs: ['kafka', 'redis'],
  role: 'consumer',
  async start(desk) {
    const redis = openRedis(desk.at('redis'), desk.name)
    const stop = await readBatches(desk.at('kafka'), {
      name: desk.name,
      group: 'order-board',
      topics: [topics.events],
      async handleBatch(messages, _topic, partition) {
        try {
          await desk.mishap(() => new BoardError('the board was taken down'))
          desk.count('done', await project(redis, messages, partition))
        } catch (error) {
          desk.count('failed')
          throw error
        }
      },
    })
    return async () => {
      await stop()
      redis.disconnect()
    }
  },
}

/** Folds what is new of a batch into the view; answers how many events that were. */
async function project(redis: Redis, messages: readonly KafkaMessage[], partition: number): Promise<number> {
  const done = BigInt((await redis.hget(keys.offsets, String(partition))) ?? -1)
  const events = messages
    .filter((message) => BigInt(message.offset) > done)
    .map((message) => readJson<OrderEvent>(message.value))
  const last = messages.at(-1)
  if (events.length === 0 || !last) return 0
  const ids = [...new Set(events.map((event) => event.orderId))]
  const before = await redis.hmget(keys.states, ...ids)
  const states = new Map(ids.map((id, at) => [id, (before[at] ?? null) as OrderState | null]))
  for (const event of events) states.set(event.orderId, applyEvent(states.get(event.orderId) ?? null, event))
  const write = redis.multi()
  for (const [id, state] of states) write.hset(keys.states, id, state ?? 'open')
  for (const event of events) write.zadd(keys.times, String(Date.parse(event.at)), event.orderId)
  write.lpush(recentList, ...events.map((event) => `${event.at} ${event.orderId} ${event.type}`))
  write.ltrim(recentList, 0, 99)
  write.hset(keys.offsets, String(partition), last.offset)
  await write.exec()
  await trim(redis)
  return events.length
}

async function trim(redis: Redis): Promise<void> {
  const old = await redis.zrange(keys.times, 0, String(-boardLength - 1))
  if (old.length === 0) return
  await redis
    .multi()
    .hdel(keys.states, ...old)
    .zrem(keys.times, ...old)
    .exec()
}
