import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newName, type Place, places } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench } from './support.ts'

interface Payload {
  readonly bytes: number
  readonly base64?: string
  readonly text?: string
  readonly json?: unknown
  readonly decoded: readonly string[]
  readonly truncated: boolean
}
interface Message {
  readonly id: string
  readonly position: string
  readonly key: Payload | null
  readonly headers: readonly { readonly name: string; readonly type: string; readonly value: unknown }[]
  readonly properties: Readonly<Record<string, unknown>>
  readonly timestamp: string | null
  readonly size: number
  readonly body: Payload | null
  readonly links: Readonly<Record<string, string>>
}
interface Messages {
  readonly items: readonly Message[]
  readonly nextCursor: string | null
  readonly effects: readonly { readonly code: string }[]
  readonly scanned: { readonly messages: number; readonly bytes: number; readonly stoppedBy: string }
}

const numbers = (page: Messages) => page.items.map((one) => (one.body?.json as { n: number } | undefined)?.n)

const titles = Object.keys(places)
const names = titles.map(() => newName('look'))
const count = 12
/** Beyond what a double holds; exact as text. */
const bigNumber = '9007199254740993'
const bodyOf = (i: number) => `{"n":${i},"id":${bigNumber},"word":"${i % 2 ? 'odd' : 'even'}"}`
const large = Buffer.alloc(100_000, 'x')

let bench: Bench
beforeAll(async () => {
  bench = await openBench(titles)
  await Promise.all(
    bench.places.map(async (place, index) => {
      const name = names[index] ?? ''
      for (const one of [name, `${name}.bodies`]) {
        await place.create(one)
        bench.forget(place, one)
      }
      const partition = place.partitions > 0 ? { partition: 0 } : {}
      for (let i = 0; i < count; i += 1) {
        const headers = { trace: `t-${i}`, empty: '' }
        await place.put(name, [{ body: bodyOf(i), key: `key ${i}`, headers, ...partition }])
      }
    }),
  )
})
afterAll(() => bench.close())

describe.each(titles.map((title, index) => ({ title, index })))('$title', ({ title, index }) => {
  let place: Place
  let path = ''
  const name = names[index] ?? ''
  const look = (query = '') => bench.api.get<Messages>(`${path}${query}`)
  const refuse = async (query: string) => {
    const answer = await bench.api.send<ErrorBody>('GET', `${path}${query}`)
    return { status: answer.status, ...answer.body.error }
  }
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

  beforeAll(async () => {
    const found = bench.places[index]
    if (!found) throw new Error(`no ${title}`)
    place = found
    path = (await bench.api.destination(place.broker.id, name)).links.messages
  })

  test('oldest ascends, and reads to the end', async () => {
    const page = await look('?from=oldest&limit=100')
    expect(numbers(page)).toEqual(upTo(count))
    expect(page.nextCursor).toBeNull()
    expect(page.scanned).toMatchObject({ messages: count, stoppedBy: 'end' })
    const bytes = upTo(count).reduce((sum, i) => sum + bodyOf(i).length, 0)
    expect(page.scanned.bytes).toBeGreaterThanOrEqual(bytes)
  })

  test('effects are the ones declared before the look', async () => {
    const self = path.replace(/\/messages$/, '')
    const before = await bench.api.get<{ abilities: { browse: { effects: { code: string }[] } } }>(self)
    const codes = (effects: readonly { code: string }[]) => effects.map((one) => one.code).sort()
    const { effects } = await look('?from=oldest&limit=1')
    expect(codes(effects)).toEqual(codes(before.abilities.browse.effects))
    if (place.isLog) expect(codes(effects)).toEqual(['none'])
    else expect(codes(effects)).not.toContain('none')
  })

  test('bytes are exact, json has big integers as strings, text is as written', async () => {
    const [first] = (await look('?from=oldest&limit=1')).items
    const body = first?.body
    expect(Buffer.from(body?.base64 ?? '', 'base64').toString()).toBe(bodyOf(0))
    expect(body).toMatchObject({
      bytes: bodyOf(0).length,
      text: bodyOf(0),
      json: { n: 0, id: bigNumber, word: 'even' },
      truncated: false,
    })
    expect(body?.decoded).toContain('json')
    expect(first?.size).toBeGreaterThanOrEqual(bodyOf(0).length)
    const trace = first?.headers.find((one) => one.name === 'trace')
    expect(trace).toMatchObject({ type: 'string', value: 't-0' })
    expect(first?.headers.find((one) => one.name === 'empty')).toMatchObject({ type: 'string', value: '' })
    if (place.broker.kind === 'kafka') expect(first?.key?.text).toBe('key 0')
    else expect(first?.key).toBeNull()
    if (place.broker.kind === 'redis') {
      // The fields of the entry, all of them, in their order.
      expect(first?.headers.map((one) => one.name)).toEqual(['trace', 'empty', 'body'])
      expect(first?.properties.bodyField).toBe('body')
    }
  })

  test('a cursor goes on where the page ended', async () => {
    if (!place.isLog) return
    const seen: (number | undefined)[] = []
    let cursor = ''
    do {
      const page: Messages = await look(`?from=oldest&limit=5${cursor}`)
      expect(page.items.length).toBeLessThanOrEqual(5)
      seen.push(...numbers(page))
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`
    } while (cursor !== '')
    expect(seen).toEqual(upTo(count))
  })

  test('newest descends, is the default where it is offered, and 501 where it is not', async () => {
    if (!place.isLog) {
      expect(numbers(await look('?limit=4'))).toEqual([0, 1, 2, 3])
      expect(await refuse('?from=newest')).toMatchObject({ status: 501, code: 'unsupported' })
      return
    }
    expect(numbers(await look('?from=newest&limit=4'))).toEqual([11, 10, 9, 8])
    expect(numbers(await look('?limit=4'))).toEqual([11, 10, 9, 8])
  })

  test('a time begins there; what is no time is 400', async () => {
    expect(await refuse('?from=2024-02-30T00:00:00Z')).toMatchObject({ status: 400, code: 'bad_request' })
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    if (!place.isLog) {
      expect(await refuse(`?from=${hourAgo}`)).toMatchObject({ status: 501, code: 'unsupported' })
      return
    }
    expect(numbers(await look(`?from=${hourAgo}&limit=5`))).toEqual([0, 1, 2, 3, 4])
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
    expect((await look(`?from=${inAnHour}`)).items).toEqual([])
    const afterTheLast = new Date(Date.now() - 500).toISOString()
    expect((await look(`?from=${afterTheLast}`)).items).toEqual([])
  })

  test('a position is where to begin; what is none is 400', async () => {
    const { items } = await look('?from=oldest&limit=100')
    expect(await refuse('?from=somewhere')).toMatchObject({ status: 400, code: 'bad_request' })
    const from = `?from=${encodeURIComponent(items[4]?.position ?? '')}&limit=3`
    if (place.isLog) expect(numbers(await look(from))).toEqual([4, 5, 6])
    else expect(await refuse(from)).toMatchObject({ status: 501 })
  })

  test('partition narrows a topic, and is 400 elsewhere', async () => {
    if (place.partitions === 0) {
      expect(await refuse('?partition=1')).toMatchObject({ status: 400, code: 'bad_request' })
      return
    }
    expect((await look('?partition=0&limit=100')).items).toHaveLength(count)
    expect((await look('?partition=1&limit=100')).items).toEqual([])
    expect(await refuse('?partition=7')).toMatchObject({ status: 400 })
  })

  test('filter finds in body, headers and properties, and says what was scanned', async () => {
    const even = await look('?from=oldest&limit=100&filter=EVEN')
    expect(numbers(even)).toEqual([0, 2, 4, 6, 8, 10])
    expect(even.scanned.messages).toBe(count)
    const byHeader = await look('?from=oldest&limit=100&filter=t-7')
    expect(numbers(byHeader)).toEqual([7])
    expect((await look('?from=oldest&limit=100&filter=nowhere')).items).toEqual([])
  })

  test('an id names its message, however often it is looked at; its body comes whole', async () => {
    const first = await look('?from=oldest&limit=100')
    const again = await look('?from=oldest&limit=100')
    expect(again.items.map((one) => one.id)).toEqual(first.items.map((one) => one.id))
    expect(new Set(first.items.map((one) => one.id)).size).toBe(count)
    const chosen = first.items[6]
    if (!chosen) throw new Error('no seventh message')
    const one = await bench.api.get<Message>(`${path}/${chosen.id}`)
    expect(one).toMatchObject({ id: chosen.id, position: chosen.position, body: { text: bodyOf(6) } })
    expect(one.links.self).toBe(`${path}/${chosen.id}`)
    const raw = await fetch(`${bench.server.url}${path}/${chosen.id}/body`, {
      headers: { authorization: `Bearer ${bench.server.token}` },
    })
    expect(raw.headers.get('content-type')).toBe('application/octet-stream')
    expect(raw.headers.get('content-disposition')).toContain('attachment')
    expect(await raw.text()).toBe(bodyOf(6))
  })

  test('an id that does not decode, or of nothing, is 404', async () => {
    expect((await bench.api.send('GET', `${path}/nonsense`)).status).toBe(404)
    expect((await bench.api.send('GET', `${path}/nonsense/body`)).status).toBe(404)
  })

  test.each([
    'limit=0',
    'limit=1001',
    'limit=many',
    'cursor=nonsense',
    'from=',
    'colour=red',
    'partition=-1',
  ])('%s is 400', async (query) => {
    expect(await refuse(`?${query}`)).toMatchObject({ status: 400, code: 'bad_request' })
  })

  test('hostile and packed bodies: raw always, views within limits, large ones cut in lists only', async () => {
    const own = `${name}.bodies`
    const bodies = [
      Buffer.from([0xff, 0xfe, 0x00, 0x01]),
      gzipSync('{"packed":true}'),
      Buffer.from('<script>alert(1)</script>'),
      Buffer.from(''),
      large,
    ]
    for (const body of bodies)
      await place.put(own, [{ body, ...(place.partitions > 0 ? { partition: 1 } : {}) }])
    const list = (await bench.api.destination(place.broker.id, own)).links.messages
    const { items } = await bench.api.get<Messages>(`${list}?from=oldest&limit=10`)
    expect(items.map((one) => one.body?.bytes)).toEqual(bodies.map((body) => body.length))
    for (const [i, body] of bodies.slice(0, 4).entries())
      expect(items[i]?.body?.base64).toBe(body.toString('base64'))
    expect(items[0]?.body).not.toHaveProperty('text')
    expect(items[1]?.body).toMatchObject({ json: { packed: true }, decoded: ['gzip', 'json'] })
    expect(items[2]?.body?.text).toBe('<script>alert(1)</script>')
    expect(items[4]?.body).toMatchObject({ truncated: true })
    const whole = await fetch(`${bench.server.url}${list}/${items[4]?.id}/body`, {
      headers: { authorization: `Bearer ${bench.server.token}` },
    })
    expect(Buffer.from(await whole.arrayBuffer()).equals(large)).toBe(true)
  })
})

test('partitions of a topic are merged by time, the order within each kept', async () => {
  const place = bench.places.find((one) => one.partitions > 0)
  if (!place) throw new Error('no topic')
  const name = newName('merge')
  await place.create(name)
  bench.forget(place, name)
  for (let i = 0; i < 9; i += 1) {
    await place.put(name, [{ body: `{"n":${i}}`, partition: (i * 2) % 3 }])
    await new Promise((done) => setTimeout(done, 3))
  }
  const path = (await bench.api.destination('kafka', name)).links.messages
  const read = async (query: string) => numbers(await bench.api.get<Messages>(`${path}?${query}`))
  expect(await read('from=oldest&limit=9')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(await read('from=newest&limit=9')).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0])
  expect(await read('from=newest&limit=4')).toEqual([8, 7, 6, 5])
})

test('the sandbox shows its messages too', async () => {
  const page = await bench.api.get<{ items: { name: string; type: string; links: { messages: string } }[] }>(
    '/brokers/sandbox/destinations?limit=1000',
  )
  for (const item of page.items.filter((one) => one.type !== 'exchange')) {
    const messages = await bench.api.get<Messages>(`${item.links.messages}?limit=5`)
    expect(messages.items.length, item.name).toBeLessThanOrEqual(5)
  }
})
