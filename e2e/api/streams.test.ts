import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { openEvents } from '../support/events.ts'
import { newName, type Place, places } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench } from './support.ts'

const titles = Object.keys(places)
const names = titles.map(() => newName('tail'))
let bench: Bench
beforeAll(async () => {
  bench = await openBench(titles)
  await Promise.all(
    bench.places.map(async (place, index) => {
      const name = names[index] ?? ''
      await place.create(name)
      bench.forget(place, name)
      await place.put(name, [{ body: 'before' }])
    }),
  )
})
afterAll(() => bench.close())

const open: { stop(): void }[] = []
afterEach(() => {
  for (const stream of open.splice(0)) stream.stop()
})
function listen(path: string, headers: Record<string, string> = {}) {
  const url = path.startsWith('/api') ? `${bench.server.url}${path}` : `${bench.server.url}/api/v1${path}`
  const stream = openEvents(url, { authorization: `Bearer ${bench.server.token}`, ...headers })
  open.push(stream)
  return stream
}
type Stream = ReturnType<typeof listen>
const bodiesOf = ({ events }: Stream) =>
  events
    .filter((one) => one.event === 'message')
    .map((one) => (one.data as { body: { text: string } }).body.text)

describe.each(titles.map((title, index) => ({ title, index })))('$title', ({ title, index }) => {
  let place: Place
  let path = ''
  const name = names[index] ?? ''
  beforeAll(async () => {
    const found = bench.places[index]
    if (!found) throw new Error(`no ${title}`)
    place = found
    path = (await bench.api.destination(place.broker.id, name)).links.messages
  })

  test('what arrives from now on is streamed, or 501 where following would take messages', async () => {
    const stream = listen(`${path}/stream`)
    if (!place.isLog) {
      expect(await stream.status).toBe(501)
      return
    }
    expect(await stream.status).toBe(200)
    await waitFor(async () => stream.events.length > 0, 'progress')
    await place.put(name, [{ body: 'first' }, { body: 'second' }])
    await waitFor(async () => bodiesOf(stream).length === 2, 'both messages')
    expect([...bodiesOf(stream)].sort()).toEqual(['first', 'second'])
    const message = stream.events.find((one) => one.event === 'message')
    bench.api.expectShape('message', message?.data)
    const progress = await waitFor(
      async () => stream.events.findLast((one) => one.event === 'progress'),
      'progress',
    )
    bench.api.expectShape('scanned', progress.data)
  })

  test('limit and filter end it with done', async () => {
    if (!place.isLog) return
    const stream = listen(`${path}/stream?limit=2&filter=wanted`)
    expect(await stream.status).toBe(200)
    await waitFor(async () => stream.events.length > 0, 'progress')
    const bodies = ['wanted 1', 'other', 'wanted 2', 'wanted 3']
    await place.put(
      name,
      bodies.map((body) => ({ body, ...(place.partitions > 0 ? { partition: 0 } : {}) })),
    )
    await stream.ended
    expect(bodiesOf(stream)).toEqual(['wanted 1', 'wanted 2'])
    const done = stream.events.at(-1)
    expect(done).toMatchObject({ event: 'done', data: { stoppedBy: 'limit' } })
    bench.api.expectShape('scanned', done?.data)
  })

  test('a beginning in the past is 501, a wrong one 400', async () => {
    if (!place.isLog) return
    expect(await listen(`${path}/stream?from=oldest`).status).toBe(501)
    expect(await listen(`${path}/stream?limit=0`).status).toBe(400)
    expect(await listen(`${path}/stream?colour=red`).status).toBe(400)
  })
})

describe('live', () => {
  test('hello first; then brokers and samples, each in its shape', async () => {
    const stream = listen('/live')
    expect(await stream.status).toBe(200)
    const hello = await waitFor(async () => stream.events[0], 'hello')
    expect(hello).toMatchObject({ event: 'hello', data: { resumed: false } })
    bench.api.expectShape('hello', hello.data)
    for (const word of ['broker', 'sample'] as const) {
      const event = await waitFor(async () => stream.events.find((one) => one.event === word), word)
      expect(event.id).toBeTruthy()
      bench.api.expectShape(word, event.data)
    }
  })

  test('a change made by a plain client is told within 6 s', async () => {
    const index = bench.places.findIndex((one) => one.broker.kind === 'redis')
    const [place, name = ''] = [bench.places[index], names[index]]
    const { id } = await bench.api.destination('redis', name)
    const stream = listen('/live')
    await waitFor(async () => stream.events[0], 'hello')
    const depths = () =>
      stream.events
        .filter((one) => one.event === 'sample')
        .flatMap(
          (one) =>
            (one.data as { destinations: { id: string; readings: { depth: { value: number } } }[] })
              .destinations,
        )
        .filter((one) => one.id === id)
        .map((one) => one.readings.depth.value)
    const expected = ((await place?.bodies(name)) ?? []).length + 1
    await place?.put(name, [{ body: 'news' }])
    await waitFor(async () => depths().includes(expected), 'the new depth in a sample', 6_000)
  })

  test('a reader that comes back with its last id misses nothing; with a foreign one it is told', async () => {
    const first = listen('/live')
    const event = await waitFor(async () => first.events.find((one) => one.event === 'sample'), 'a sample')
    first.stop()
    const again = listen('/live', { 'last-event-id': event.id ?? '' })
    const hello = await waitFor(async () => again.events[0], 'hello')
    expect(hello).toMatchObject({ event: 'hello', data: { resumed: true } })
    const byQuery = listen(`/live?lastEventId=${encodeURIComponent(event.id ?? '')}`)
    expect(await waitFor(async () => byQuery.events[0], 'hello')).toMatchObject({ data: { resumed: true } })
    const foreign = listen('/live', { 'last-event-id': 'from-another-life.7' })
    expect(await waitFor(async () => foreign.events[0], 'hello')).toMatchObject({ data: { resumed: false } })
  })

  test('streams end when the console stops, and it stops in time', async () => {
    const stream = listen('/live')
    await waitFor(async () => stream.events[0], 'hello')
    const began = Date.now()
    await bench.server.stop()
    await stream.ended.catch(() => undefined)
    expect(Date.now() - began).toBeLessThan(10_000)
    await bench.server.start()
    const answer = await bench.api.send<ErrorBody>('GET', '/brokers')
    expect(answer.status).toBe(200)
  })
})
