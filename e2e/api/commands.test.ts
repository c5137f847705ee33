import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { newName, type Place, places } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page } from './support.ts'

interface Published {
  readonly routed: true
  readonly position?: string
  readonly detail: string
}
interface Message {
  readonly id: string
  readonly key: { readonly base64: string } | null
  readonly headers: readonly { readonly name: string; readonly type: string; readonly value: unknown }[]
  readonly properties: Readonly<Record<string, unknown>>
  readonly timestamp: string | null
  readonly body: { readonly base64?: string; readonly text?: string; readonly json?: unknown } | null
}
interface Backup {
  readonly id: string
  readonly cause: string
  readonly messages: number
  readonly state: string
  readonly destinationName: string
  readonly createdBy: string
}
interface AuditEntry {
  readonly verb: string
  readonly broker: string | null
  readonly target: string | null
  readonly outcome: string
  readonly actor: string
  readonly detail: string | null
}

const titles = Object.keys(places)
/** Destinations made before the tests, all at once: a new one shows only in the next sample. */
const perPlace = 8
interface Own {
  readonly name: string
  readonly path: string
}
const pools: Own[][] = []
let bench: Bench
beforeAll(async () => {
  bench = await openBench(titles)
  await Promise.all(
    bench.places.map(async (place, index) => {
      const prefix = newName('act')
      const names = Array.from({ length: perPlace }, (_, i) => `${prefix}.${i}`)
      for (const name of names) bench.forget(place, name)
      await Promise.all(names.map((name) => place.create(name)))
      pools[index] = await waitFor(async () => {
        const query = `limit=1000&q=${encodeURIComponent(prefix)}`
        const page = await bench.api.get<Page<{ name: string; links: { messages: string } }>>(
          `/brokers/${place.broker.id}/destinations?${query}`,
        )
        const found = page.items.map(({ name, links }) => ({ name, path: links.messages }))
        return found.length >= perPlace && found
      }, `${place.label}: its destinations listed`)
    }),
  )
})
afterAll(() => bench.close())

const textOf = (base64 = '') => Buffer.from(base64, 'base64').toString()

describe.each(titles.map((title, index) => ({ title, index })))('$title', ({ title, index }) => {
  let place: Place
  beforeAll(() => {
    const found = bench.places[index]
    if (!found) throw new Error(`no ${title}`)
    place = found
  })

  /** A destination of the test's own with messages in it. */
  async function prepare(count: number) {
    const own = pools[index]?.pop()
    if (!own) throw new Error('no destination is left: raise perPlace')
    const { name, path } = own
    const at = place.partitions > 0 ? { partition: 1 } : {}
    await place.put(
      name,
      Array.from({ length: count }, (_, i) => ({ body: `message ${i}`, headers: { n: `${i}` }, ...at })),
    )
    const list = async () =>
      (await bench.api.get<{ items: Message[] }>(`${path}?from=oldest&limit=100`)).items
    const refuse = async (method: string, suffix: string, body: unknown) => {
      const answer = await bench.api.send<ErrorBody>(method, `${path}${suffix}`, body)
      return { status: answer.status, ...answer.body.error }
    }
    return { name, path, list, refuse }
  }
  const all = (n: number) => Array.from({ length: n }, (_, i) => `message ${i}`)

  test('publishes text, json and base64, byte for byte, and says where it lies', async () => {
    const { name, path, list } = await prepare(0)
    const base64 = Buffer.from([0, 255, 10]).toString('base64')
    const headers = [{ name: 'trace', type: 'string', value: 'a' }]
    const inputs = [
      { body: { text: 'as written' }, headers },
      { body: { json: { a: [1, null, 'ü'] } } },
      { body: { base64 } },
    ]
    for (const input of inputs) {
      const answer = await bench.api.post<Published>(path, input)
      expect(answer.routed).toBe(true)
      if (place.isLog && place.variant !== 'stream') expect(answer.position).toBeTruthy()
    }
    const items = await list()
    const stored = items.map((one) => one.body?.base64 ?? '').sort()
    const asBase64 = (text: string) => Buffer.from(text).toString('base64')
    expect(stored).toEqual([asBase64('as written'), asBase64('{"a":[1,null,"ü"]}'), base64].sort())
    const marked = items.find((one) => textOf(one.body?.base64) === 'as written')
    expect(marked?.headers).toContainEqual(expect.objectContaining(headers[0] ?? {}))
    expect(await place.bodies(name)).toHaveLength(3)
  })

  test('a null body is a tombstone on Kafka, an entry without body on Redis, 400 on RabbitMQ', async () => {
    const { path, list, refuse } = await prepare(0)
    if (place.broker.kind === 'rabbitmq') {
      expect(await refuse('POST', '', { body: null })).toMatchObject({ status: 400, code: 'bad_request' })
      return
    }
    const key = place.broker.kind === 'kafka' ? { key: { text: 'gone' } } : {}
    const headers = [{ name: 'only', type: 'string', value: 'field' }]
    await bench.api.post(path, { body: null, headers, ...key })
    const [tombstone] = await list()
    expect(tombstone).toMatchObject({ body: null })
    if (place.broker.kind === 'kafka') expect(textOf(tombstone?.key?.base64)).toBe('gone')
  })

  test('key and partition are where the broker has them, 400 elsewhere', async () => {
    const { path, list, refuse } = await prepare(0)
    const body = { text: 'x' }
    if (place.partitions === 0) {
      expect(await refuse('POST', '', { body, partition: 0 })).toMatchObject({ status: 400 })
      expect(await refuse('POST', '', { body, key: { text: 'k' } })).toMatchObject({ status: 400 })
      return
    }
    const timestamp = new Date(Date.now() - 3_600_000).toISOString()
    await bench.api.post(path, { body, key: { text: 'k' }, partition: 2, timestamp })
    const [one] = await list()
    expect(one).toMatchObject({ timestamp, properties: { partition: 2 } })
    expect(textOf(one?.key?.base64)).toBe('k')
    expect(await refuse('POST', '', { body, partition: 9 })).toMatchObject({ status: 400 })
  })

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['two bodies', { body: { text: 'a', json: 1 } }],
    ['a bare string', { body: 'text' }],
    ['what is not base64', { body: { base64: '***' } }],
    ['an unknown field', { body: { text: 'a' }, colour: 'red' }],
    ['headers that are no list', { body: { text: 'a' }, headers: { a: 'b' } }],
    ['a header without type', { body: { text: 'a' }, headers: [{ name: 'a', value: 'b' }] }],
    ['a time that is none', { body: { text: 'a' }, timestamp: 'yesterday' }],
    ['a routing key for what is no exchange', { body: { text: 'a' }, routingKey: 'orders' }],
  ])('publishing %s is 400', async (_, input) => {
    const { refuse } = await refusing()
    expect(await refuse('POST', '', input)).toMatchObject({ status: 400, code: 'bad_request' })
  })
  test('nothing of what was refused was published', async () => {
    const { list } = await refusing()
    expect(await list()).toEqual([])
  })
  let kept: ReturnType<typeof prepare> | undefined
  const refusing = () => {
    kept ??= prepare(0)
    return kept
  }

  test('takes single messages out, backup first, and restores them', async () => {
    const { name, path, list, refuse } = await prepare(5)
    const before = await list()
    const ids = [before[1]?.id, before[3]?.id]
    const input = { ids, action: 'delete', confirm: name }
    if (!place.removes) {
      expect(await refuse('POST', '/settle', input)).toMatchObject({ status: 501, code: 'unsupported' })
      return
    }
    expect(await refuse('POST', '/settle', { ...input, confirm: 'wrong' })).toMatchObject({ status: 400 })
    expect(await refuse('POST', '/settle', { ...input, ids: [] })).toMatchObject({ status: 400 })
    expect(await refuse('POST', '/settle', { ...input, action: 'burn' })).toMatchObject({ status: 400 })
    expect(await place.bodies(name)).toEqual(all(5))

    const settled = await bench.api.post<{ settled: number; backup: string }>(`${path}/settle`, input)
    expect(settled.settled).toBe(2)
    expect(await place.bodies(name)).toEqual(['message 0', 'message 2', 'message 4'])
    // The same again finds nothing.
    expect([404, 409]).toContain((await refuse('POST', '/settle', input)).status)

    const backup = (await bench.api.all<Backup>('/backups')).find((one) => one.id === settled.backup)
    expect(backup).toMatchObject({
      cause: 'delete',
      messages: 2,
      state: 'complete',
      destinationName: name,
      createdBy: 'token',
    })
    const restored = await bench.api.post<{ restored: number }>(`/backups/${settled.backup}/restore`)
    expect(restored).toEqual({ restored: 2 })
    expect([...(await place.bodies(name))].sort()).toEqual(all(5))
    const again = await bench.api.send<ErrorBody>('POST', `/backups/${settled.backup}/restore`, {})
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  })

  test('parks messages beside their queue', async () => {
    const { name, path, list } = await prepare(3)
    if (!place.removes) return
    bench.forget(place, `${name}.parked`)
    const ids = [(await list())[0]?.id]
    const input = { ids, action: 'park', confirm: name }
    expect(await bench.api.post(`${path}/settle`, input)).toMatchObject({ settled: 1 })
    expect(await place.bodies(name)).toEqual(['message 1', 'message 2'])
    expect(await place.bodies(`${name}.parked`)).toEqual(['message 0'])
  })

  test('purges with the typed name alone, into a backup that restores', async () => {
    const { name, path, list, refuse } = await prepare(7)
    expect(await refuse('DELETE', '', { confirm: 'wrong' })).toMatchObject({ status: 400 })
    expect(await refuse('DELETE', '', {})).toMatchObject({ status: 400 })
    if (place.variant === 'stream') {
      expect(await refuse('DELETE', '', { confirm: name })).toMatchObject({ status: 501 })
      return
    }
    expect(await place.bodies(name)).toEqual(all(7))
    const purged = await bench.api.delete<{ removed: number; backup: string }>(path, { confirm: name })
    expect(purged.removed).toBe(7)
    expect(await place.bodies(name)).toEqual([])
    expect(await bench.api.post(`/backups/${purged.backup}/restore`)).toEqual({ restored: 7 })
    expect(await place.bodies(name)).toEqual(all(7))
    expect((await list()).map((one) => one.headers.find((header) => header.name === 'n')?.value)).toEqual(
      all(7).map((_, i) => `${i}`),
    )
  })
})

test('what an exchange routes is published, what no queue receives is 409', async () => {
  const place = bench.places[0]
  const own = pools[0]?.pop()
  if (!place || !own) throw new Error('no queue is left')
  const connection = await connect(String(place.broker.amqp))
  const channel = await connection.createChannel()
  await channel.bindQueue(own.name, 'amq.direct', own.name)
  await connection.close()
  const path = (await bench.api.destination('rabbitmq', 'amq.direct')).links.messages
  const routed = await bench.api.post<Published>(path, { body: { text: 'routed' }, routingKey: own.name })
  expect(routed.routed).toBe(true)
  expect(await place.bodies(own.name)).toEqual(['routed'])
  const refused = await bench.api.send<ErrorBody>('POST', path, { body: { text: 'x' }, routingKey: 'nobody' })
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  // An exchange holds nothing to look at.
  expect((await bench.api.send('GET', path)).status).toBe(501)
})

test('a pending entry of a Redis group is acknowledged, and stays in the stream', async () => {
  const place = bench.places.find((one) => one.broker.kind === 'redis')
  if (!place) throw new Error('no redis')
  const { Redis } = await import('ioredis')
  const client = new Redis(String(place.broker.url))
  const name = newName('pending')
  bench.forget(place, name)
  await client.xgroup('CREATE', name, 'workers', '$', 'MKSTREAM')
  await place.put(name, [{ body: 'poison' }, { body: 'other' }])
  await client.xreadgroup('GROUP', 'workers', 'one', 'COUNT', 10, 'STREAMS', name, '>')
  const path = (await bench.api.destination('redis', name)).links.messages
  const [poison] = (await bench.api.get<{ items: Message[] }>(`${path}?from=oldest`)).items
  const input = { ids: [poison?.id], action: 'acknowledge', confirm: name }
  expect((await bench.api.send('POST', `${path}/settle`, input)).status).toBe(400)
  const done = await bench.api.post(`${path}/settle`, { ...input, group: 'workers' })
  expect(done).toMatchObject({ settled: 1 })
  expect((await client.xpending(name, 'workers'))[0]).toBe(1)
  expect(await place.bodies(name)).toEqual(['poison', 'other'])
  client.disconnect()
})

test('every write stands in the audit with its outcome, newest first, without contents', async () => {
  const page = await bench.api.get<Page<AuditEntry>>('/audit?limit=1000')
  const verbs = new Set(page.items.map((one) => one.verb))
  for (const verb of ['message.publish', 'message.settle', 'destination.purge', 'backup.restore'])
    expect(verbs).toContain(verb)
  const purge = page.items.filter((one) => one.verb === 'destination.purge')
  expect(purge.some((one) => one.outcome === 'ok')).toBe(true)
  expect(purge.some((one) => one.outcome === 'failed' && one.detail !== null)).toBe(true)
  expect(page.items.every((one) => one.outcome !== 'open' && one.actor === 'token')).toBe(true)
  expect(JSON.stringify(page.items)).not.toContain('as written')
  const few = await bench.api.all<AuditEntry>('/audit?limit=7')
  expect(few).toHaveLength(page.items.length)
  const own = await bench.api.get<Page<AuditEntry>>('/audit?broker=redis&limit=1000')
  expect(new Set(own.items.map((one) => one.broker))).toEqual(new Set(['redis']))
})
