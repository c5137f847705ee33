import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { newName, type Place } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page, type Reading } from './support.ts'

interface Group {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly state: string
  readonly members: readonly { readonly id: string }[]
  readonly lag: readonly {
    readonly destination: string
    readonly partition: number
    readonly committed: string | null
    readonly end: string
    readonly lag: Reading
  }[]
  readonly total: Reading
  readonly pending?: readonly {
    readonly id: string
    readonly consumer: string
    readonly deliveries: number
  }[]
  readonly links: Readonly<Record<string, string>>
}

let bench: Bench
let kafka: Place
let redis: Place
const clean: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  bench = await openBench(['Kafka topic', 'Redis stream'])
  ;[kafka, redis] = bench.places as [Place, Place]
})
afterAll(async () => {
  for (const one of clean.reverse()) await one().catch(() => undefined)
  await bench.close()
})

const list = (broker: string, query: string) =>
  bench.api.get<Page<Group>>(`/brokers/${broker}/groups?${query}`)
const find = (broker: string, name: string) =>
  waitFor(
    async () => (await list(broker, `q=${encodeURIComponent(name)}`)).items.find((one) => one.name === name),
    `the group ${name}`,
    15_000,
  )

describe('a Kafka group', () => {
  const topic = newName('lag')
  const name = newName('readers')
  let group: Group
  beforeAll(async () => {
    await kafka.create(topic)
    bench.forget(kafka, topic)
    await kafka.put(
      topic,
      Array.from({ length: 9 }, (_, i) => ({ body: `message ${i}`, partition: i % 3 })),
    )
    // Commits on two of three partitions, and nobody there.
    const bootstrap = kafka.broker.bootstrap as string[]
    const admin = new Kafka({ clientId: 'e2e', brokers: bootstrap, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.setOffsets({
      groupId: name,
      topic,
      partitions: [
        { partition: 0, offset: '1' },
        { partition: 1, offset: '3' },
      ],
    })
    clean.push(() => admin.disconnect())
    clean.push(() => admin.deleteGroups([name]))
    group = await find('kafka', name)
  })

  test('without members is listed, with what it has committed', () => {
    expect(group).toMatchObject({ type: 'classic', state: 'empty', members: [] })
  })

  test('has a row for every partition; without a commit the lag is unknown, never 0', async () => {
    const detail = await bench.api.get<Group>(group.links.self ?? '')
    const rows = [...detail.lag].sort((a, b) => a.partition - b.partition)
    expect(rows.map((row) => [row.destination, row.partition, row.committed, row.end])).toEqual([
      [topic, 0, '1', '3'],
      [topic, 1, '3', '3'],
      [topic, 2, null, '3'],
    ])
    expect(rows[0]?.lag).toMatchObject({ state: 'ok', value: 2 })
    expect(rows[1]?.lag).toMatchObject({ state: 'ok', value: 0 })
    expect(rows[2]?.lag).toMatchObject({ state: 'unavailable', reason: 'no commit' })
    expect(detail.total).toMatchObject({
      state: 'ok',
      value: 2,
      quality: 'approximate',
      detail: { missing: 1 },
    })
  })

  test('lag grows within 5 s of what the plain client writes', async () => {
    await kafka.put(topic, [{ body: 'one more', partition: 0 }])
    await waitFor(async () => (await find('kafka', name)).total.value === 3, 'the new lag', 5_500)
  })

  test('is found by name, type, state and destination', async () => {
    const found = async (query: string) => (await list('kafka', query)).items.map((one) => one.name)
    const q = `q=${encodeURIComponent(name.toUpperCase())}`
    expect(await found(q)).toEqual([name])
    expect(await found(`${q}&type=classic`)).toEqual([name])
    expect(await found(`${q}&type=share`)).toEqual([])
    expect(await found(`${q}&state=stable`)).toEqual([])
    expect(await found(`destination=${encodeURIComponent(topic)}`)).toEqual([name])
  })
})

describe('a Redis group', () => {
  const stream = newName('work')
  const name = newName('workers')
  let client: Redis
  beforeAll(async () => {
    client = new Redis(String(redis.broker.url))
    clean.push(async () => client.disconnect())
    await redis.create(stream)
    bench.forget(redis, stream)
    await client.xgroup('CREATE', stream, name, '0')
    await redis.put(
      stream,
      Array.from({ length: 5 }, (_, i) => ({ body: `message ${i}` })),
    )
    await client.xreadgroup('GROUP', name, 'one', 'COUNT', 2, 'STREAMS', stream, '>')
  })

  test('shows its lag, its consumer, and what is delivered and not acknowledged', async () => {
    const group = await find('redis', name)
    const detail = await bench.api.get<Group>(group.links.self ?? '')
    expect(detail).toMatchObject({ name, type: 'redis' })
    expect(detail.lag).toMatchObject([{ destination: stream, partition: 0, lag: { state: 'ok', value: 3 } }])
    expect(detail.members).toMatchObject([{ id: 'one' }])
    expect(detail.pending).toHaveLength(2)
    expect(detail.pending?.[0]).toMatchObject({ consumer: 'one', deliveries: 1 })
  })

  test('a lag that Redis cannot tell is unknown with its reason', async () => {
    const other = newName('unknown')
    const last = (await client.xrevrange(stream, '+', '-', 'COUNT', 2)).at(-1)?.[0] ?? ''
    // A deleted entry behind a group made in the middle: XINFO GROUPS answers no lag (Redis 7.0).
    await client.xgroup('CREATE', stream, other, last)
    await client.xdel(stream, (await client.xrange(stream, '-', '+', 'COUNT', 2)).at(-1)?.[0] ?? '')
    const group = await find('redis', other)
    if (group.total.state !== 'ok') expect(group.total.reason).toBeTruthy()
  })
})

test.each(['kafka', 'redis', 'sandbox'])('%s: a group that is none is 404', async (broker) => {
  const nobody = Buffer.from('["group","nobody made this"]').toString('base64url')
  for (const id of ['nonsense', nobody]) {
    const answer = await bench.api.send<ErrorBody>('GET', `/brokers/${broker}/groups/${id}`)
    expect(answer.status, id).toBe(404)
  }
  expect((await bench.api.send('GET', `/brokers/${broker}/groups?type=none`)).status).toBe(400)
})

test('the groups of the sandbox are there, one of them behind', async () => {
  const page = await list('sandbox', 'limit=1000&sort=total&order=desc')
  expect(page.items.length).toBeGreaterThan(0)
  expect(page.items[0]?.total).toMatchObject({ state: 'ok' })
  expect(page.items[0]?.total.value).toBeGreaterThan(0)
  const paged = await bench.api.all<Group>('/brokers/sandbox/groups?limit=1')
  expect(paged).toHaveLength(page.items.length)
})
