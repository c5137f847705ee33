import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { newName, type Place, places } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page, type Reading } from './support.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly variant?: string
  readonly namespace?: string
  readonly state: string
  readonly readings: Readonly<Record<string, Reading>>
  readonly deadLetter: { readonly isDeadLetter: boolean }
  readonly abilities: Readonly<
    Record<string, { readonly level: string; readonly effects?: readonly unknown[] }>
  >
  readonly links: Readonly<Record<string, string>>
  readonly settings?: readonly { readonly name: string; readonly value: string | null }[]
  readonly bindings?: readonly unknown[]
  readonly partitions?: readonly {
    readonly partition: number
    readonly start: string
    readonly end: string
  }[]
}

const titles = Object.keys(places)
const names = titles.map(() => newName('list'))
let bench: Bench
const listOf = (place: Place, query = '') =>
  bench.api.get<Page<Row>>(`/brokers/${place.broker.id}/destinations${query}`)
const find = async (place: Place, name: string) =>
  (await listOf(place, `?q=${encodeURIComponent(name)}`)).items.find((one) => one.name === name)

beforeAll(async () => {
  bench = await openBench(titles)
  await Promise.all(
    bench.places.map(async (place, index) => {
      const name = names[index] ?? ''
      await listOf(place)
      await place.create(name)
      bench.forget(place, name)
      await place.put(
        name,
        Array.from({ length: 3 }, (_, i) => ({ body: `message ${i}` })),
      )
      await waitFor(() => find(place, name), `${place.label} ${name} in the list`)
    }),
  )
})
afterAll(() => bench.close())

test('what a plain client puts somewhere is counted within 5 s, on every broker', async () => {
  await Promise.all(
    bench.places.map(async (place, index) => {
      const name = names[index] ?? ''
      const depth = async () => (await find(place, name))?.readings.depth?.value
      await waitFor(async () => (await depth()) === 3, `three messages of ${place.label} counted`)
      await place.put(name, [{ body: 'one more' }])
      await waitFor(async () => (await depth()) === 4, `one more message of ${place.label}`, 5_500)
    }),
  )
})

describe.each(titles.map((title, index) => ({ title, index })))('$title', ({ index }) => {
  let place: Place
  let row: Row
  const name = names[index] ?? ''
  const list = (query: string) => listOf(place, query)

  beforeAll(async () => {
    const found = bench.places[index]
    if (!found) throw new Error('no such place')
    place = found
    row = await waitFor(() => find(place, name), `${place.label} ${name} in the list`)
  })

  test('is listed as what it is', () => {
    expect(row).toMatchObject({ type: place.type })
    if (place.variant) expect(row.variant).toBe(place.variant)
    if (place.broker.kind === 'rabbitmq') expect(row.namespace).toBe('/')
    expect(row.deadLetter).toMatchObject({ isDeadLetter: false, evidence: [], origins: [] })
    expect(row.abilities.browse?.effects?.length).toBeGreaterThan(0)
  })

  test('q is a plain substring in any case', async () => {
    const part = name.slice(0, -1).toUpperCase()
    expect((await list(`?q=${encodeURIComponent(part)}`)).items.map((one) => one.name)).toEqual([name])
    // A dot and a star are themselves.
    expect((await list(`?q=${encodeURIComponent(name.replace('.', '?'))}`)).items).toEqual([])
    expect((await list(`?q=${encodeURIComponent(`${name.slice(0, 4)}.*`)}`)).items).toEqual([])
  })

  test('type, state and deadLetter narrow it down', async () => {
    const q = `&q=${encodeURIComponent(name)}`
    const found = async (query: string) => (await list(`?${query}${q}`)).items.map((one) => one.name)
    expect(await found(`type=${place.type}`)).toEqual([name])
    expect(await found('type=socket')).toEqual([])
    expect(await found(`state=${encodeURIComponent(row.state)}`)).toEqual([name])
    expect(await found('state=nowhere')).toEqual([])
    expect(await found('deadLetter=false')).toEqual([name])
    expect(await found('deadLetter=true')).toEqual([])
  })

  test('the detail has settings, and what else makes it up', async () => {
    const detail = await bench.api.get<Row>(row.links.self ?? '')
    expect(detail).toMatchObject({ id: row.id, name, type: place.type })
    expect(detail.readings.depth?.state).toBe('ok')
    if (place.partitions > 0) {
      expect(detail.partitions?.map((one) => one.partition)).toEqual([0, 1, 2])
      const stored = detail.partitions?.reduce((sum, one) => sum + Number(one.end) - Number(one.start), 0)
      expect(stored).toBe(detail.readings.depth?.value)
    }
    if (place.broker.kind !== 'redis') expect(detail.settings?.length).toBeGreaterThan(0)
    if (place.broker.kind === 'rabbitmq') expect(detail.bindings).toBeDefined()
  })
})

describe.each(['rabbitmq', 'kafka', 'redis', 'sandbox'])('the list of %s', (id) => {
  const path = `/brokers/${id}/destinations`

  test('pages join to the whole, in order', async () => {
    const whole = await bench.api.get<Page<Row>>(`${path}?limit=1000`)
    expect(whole.nextCursor).toBeNull()
    const paged = await bench.api.all<Row>(`${path}?limit=${Math.max(1, Math.ceil(whole.items.length / 4))}`)
    expect(paged.map((one) => one.id)).toEqual(whole.items.map((one) => one.id))
    expect(new Set(paged.map((one) => one.id)).size).toBe(paged.length)
    const inOrder = whole.items.map((one) => one.name)
    expect(inOrder).toEqual([...inOrder].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    expect(whole.total).toBe(inOrder.length)
  })

  test('order turns it round; by depth the unknown stand last', async () => {
    const down = await bench.api.all<Row>(`${path}?limit=1000&order=desc`)
    const inOrder = down.map((one) => one.name)
    expect(inOrder).toEqual([...inOrder].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)))
    for (const order of ['asc', 'desc']) {
      const sorted = await bench.api.all<Row>(`${path}?limit=1000&sort=depth&order=${order}`)
      const depths = sorted.map((one) => one.readings.depth?.value)
      const known = depths.filter((value) => value !== undefined)
      expect(depths.slice(0, known.length)).toEqual(known)
      expect(known).toEqual([...known].sort((a, b) => (order === 'asc' ? a - b : b - a)))
    }
  })

  test.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'sort=colour',
    'order=up',
    'type=box',
    'deadLetter=maybe',
    'cursor=nonsense',
    'unknown=1',
    'filter=depth%3Eabc',
    'filter=nofield%3E1',
    'limit=1&limit=2',
  ])('%s is 400', async (query) => {
    const answer = await bench.api.send<ErrorBody>('GET', `${path}?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body.error.code).toBe('bad_request')
  })

  test('an id that does not decode is 404, and so is one of nothing', async () => {
    const nothing = Buffer.from('["queue","nobody made this","/"]').toString('base64url')
    for (const one of ['nonsense', 'W10', nothing]) {
      const answer = await bench.api.send<ErrorBody>('GET', `${path}/${one}`)
      expect(answer.status, one).toBe(404)
    }
  })
})

test('exchanges are destinations too', async () => {
  const page = await bench.api.get<Page<Row>>('/brokers/rabbitmq/destinations?type=exchange&limit=1000')
  const topic = page.items.find((one) => one.name === 'amq.topic')
  expect(topic).toMatchObject({ type: 'exchange', variant: 'topic' })
  const detail = await bench.api.get<Row>(topic?.links.self ?? '')
  expect(detail.bindings).toBeDefined()
})
