import { Redis } from 'ioredis'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { difference, Looks, type Truth } from './bounds.ts'
import type { Subject } from './subject.ts'

const perSecond = 60
const lookMs = 200

/** What was seen of one stream since it was made. */
class Seen {
  readonly added = new Looks()
  readonly dropped = new Looks()
  readonly read = new Looks()
  readonly depth: Truth = (atMs) => difference(this.added.at(atMs), this.dropped.at(atMs))
  readonly lag: Truth = (atMs) => difference(this.added.at(atMs), this.read.at(atMs))
  readonly arrived: Truth = (atMs) => this.added.at(atMs)
}

/** A stream with a group of two consumers: backlogs, trimming of what was read, and a stream made anew. */
export function openRedisSubject(instance: BrokerInstance, prefix: string): Subject {
  const url = instance.urls.redis
  if (!url) throw new Error('the Redis instance names no address')
  const options = { maxRetriesPerRequest: 1, retryStrategy: () => 300, enableOfflineQueue: true } as const
  const open = () => {
    const client = new Redis(url, options)
    client.on('error', () => undefined)
    return client
  }
  const stream = `${prefix}:events`
  const group = `${prefix}:readers`
  let seen = new Seen()
  let goesOn = true
  let isPaused = false
  let workPerSecond = perSecond * 1.2
  let turn = 0
  const clients: Redis[] = []
  const loops: Promise<void>[] = []
  const rest = (ms: number) => new Promise((done) => setTimeout(done, ms))

  async function again(work: (client: Redis) => Promise<void>): Promise<void> {
    const client = open()
    clients.push(client)
    while (goesOn) {
      await work(client).catch(() => undefined)
      if (goesOn) await rest(200)
    }
  }
  const produce = async (client: Redis) => {
    for (let n = 0; goesOn; n += 1) {
      if (!isPaused) await client.xadd(stream, '*', 'order', String(n))
      await rest(1_000 / perSecond)
    }
  }
  const work = (name: string) => async (client: Redis) => {
    while (goesOn) {
      const found = isPaused
        ? null
        : await client.xreadgroup('GROUP', group, name, 'COUNT', 5, 'STREAMS', stream, '>')
      const entries = (found as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? []
      for (const [id] of entries) {
        await rest(2_000 / workPerSecond)
        await client.xack(stream, group, id)
      }
      if (entries.length === 0) await rest(50)
    }
  }
  const look = async (client: Redis) => {
    while (goesOn) {
      const mine = seen
      const askedMs = Date.now()
      const answers = await client.multi().xinfo('STREAM', stream).xinfo('GROUPS', stream).exec()
      const toldMs = Date.now()
      const about = pairs(answers?.[0]?.[1])
      const groups = (answers?.[1]?.[1] as unknown[] | undefined) ?? []
      const added = Number(about['entries-added'])
      const length = Number(about.length)
      const read = Number(pairs(groups[0])['entries-read'])
      if (Number.isFinite(added)) {
        mine.added.add(askedMs, toldMs, added)
        mine.dropped.add(askedMs, toldMs, added - length)
      }
      if (Number.isFinite(read)) mine.read.add(askedMs, toldMs, read)
      await rest(lookMs)
    }
  }

  return {
    id: 'redis',
    entry: { id: 'redis', kind: 'redis', url },
    known: () => [
      { kind: 'count', of: 'destination', name: stream, metric: 'depth', truth: seen.depth },
      { kind: 'rate', of: 'destination', name: stream, metric: 'inRate', truth: seen.arrived },
      { kind: 'count', of: 'group', name: group, metric: 'lag', partition: 0, truth: seen.lag },
    ],
    async start() {
      const client = open()
      await client.xgroup('CREATE', stream, group, '0', 'MKSTREAM')
      client.disconnect()
      loops.push(again(produce), again(look), again(work('one')), again(work('two')))
    },
    async disturb(note) {
      turn += 1
      const client = open()
      try {
        if (turn % 3 === 1) {
          workPerSecond = workPerSecond > perSecond ? perSecond / 3 : perSecond * 3
          note(`workers at ${Math.round(workPerSecond)}/s together`, 0)
        } else if (turn % 3 === 2) {
          const groups = (await client.xinfo('GROUPS', stream)) as unknown[]
          note('what was read is trimmed', 0)
          await client.xtrim(stream, 'MINID', String(pairs(groups[0])['last-delivered-id']))
        } else {
          const fault = note('the stream is deleted and made again', 60_000)
          isPaused = true
          await rest(700)
          await client.del(stream)
          await client.xgroup('CREATE', stream, group, '0', 'MKSTREAM')
          seen = new Seen()
          isPaused = false
          fault.untilMs = Date.now()
        }
      } finally {
        client.disconnect()
      }
    },
    async stop() {
      goesOn = false
      await Promise.allSettled(loops)
      await clients[0]?.del(stream).catch(() => undefined)
      for (const client of clients) client.disconnect()
    },
  }
}

/** `[name, value, name, value …]` as an object. */
function pairs(list: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  if (!Array.isArray(list)) return found
  for (let index = 0; index + 1 < list.length; index += 2) found[String(list[index])] = list[index + 1]
  return found
}
