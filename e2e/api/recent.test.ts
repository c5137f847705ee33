import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { newName, type Place } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page } from './support.ts'

interface Recent {
  readonly since: string | null
  readonly stepMs: number
  readonly at: string
  readonly items: readonly {
    readonly id: string
    readonly metric: string
    readonly partition?: number
    readonly points: readonly (number | null)[]
  }[]
}
interface Named {
  readonly id: string
  readonly name: string
  readonly lag?: readonly { readonly movement?: { readonly since: string } }[]
}

let bench: Bench
let rabbit: Place
beforeAll(async () => {
  bench = await openBench(['RabbitMQ classic queue'])
  ;[rabbit] = bench.places as [Place]
})
afterAll(() => bench.close())

const recent = (broker: string, query: string) => bench.api.get<Recent>(`/brokers/${broker}/recent?${query}`)
const idOf = (broker: string, kind: 'destinations' | 'groups', name: string) =>
  waitFor(
    async () =>
      (
        await bench.api.get<Page<Named>>(`/brokers/${broker}/${kind}?q=${encodeURIComponent(name)}`)
      ).items.find((one) => one.name === name)?.id,
    `${name} in the list`,
    15_000,
  )

test('the sandbox tells its last minutes from the first one on', async () => {
  const id = await idOf('sandbox', 'destinations', 'orders.dlq')
  const { items, since, stepMs } = await recent('sandbox', `metric=depth,inRate&destinations=${id}`)
  expect(items.map((item) => [item.id, item.metric])).toEqual([
    [id, 'depth'],
    [id, 'inRate'],
  ])
  const known = items[0]?.points.filter((point) => point !== null) ?? []
  expect(known.length).toBeGreaterThan(40)
  expect(Date.now() - Date.parse(since ?? '')).toBeGreaterThan(13 * 60_000)
  expect((items[0]?.points.length ?? 0) * stepMs).toBe(15 * 60_000)
})

test('a queue that is new has only the steps it was read in', async () => {
  const name = newName('recent')
  await rabbit.create(name)
  bench.forget(rabbit, name)
  await rabbit.put(name, [{ body: 'one' }, { body: 'two' }])
  const id = await idOf('rabbitmq', 'destinations', name)
  const points = await waitFor(async () => {
    const { items } = await recent('rabbitmq', `metric=depth&destinations=${id}`)
    return items[0]?.points.includes(2) && items[0].points
  }, 'its depth')
  expect(points.slice(0, -3).every((point) => point === null)).toBe(true)
  expect(points).not.toContain(3)
})

test('the lag of each partition, and of the group', async () => {
  const id = await idOf('sandbox', 'groups', 'inventory')
  const { items } = await recent('sandbox', `metric=lag,partitionLag&groups=${id}`)
  expect(items.map((item) => item.metric)).toEqual(['lag', 'partitionLag', 'partitionLag', 'partitionLag'])
  const sum = (step: number) => items.slice(1).reduce((total, item) => total + (item.points.at(step) ?? 0), 0)
  for (const step of [-3, -10, -20]) expect(items[0]?.points.at(step)).toBe(sum(step))
  const group = await bench.api.get<Named>(`/brokers/sandbox/groups/${id}`)
  for (const row of group.lag ?? []) expect(row.movement?.since).toBeTruthy()
})

test("without ids: the broker's own sums", async () => {
  const { items } = await recent('sandbox', 'metric=inRate,outRate,deadLetters')
  expect(items.map((item) => [item.id, item.metric])).toEqual([
    ['sandbox', 'inRate'],
    ['sandbox', 'outRate'],
    ['sandbox', 'deadLetters'],
  ])
})

test('an id that names nothing is absent', async () => {
  expect((await recent('sandbox', 'metric=depth&destinations=nonsense')).items).toEqual([])
})

test.each([
  '',
  'metric=',
  'metric=speed',
  'metric=depth',
  'metric=lag&destinations=a',
  'metric=deadLetters&groups=a',
  'metric=depth&destinations=',
  'metric=depth&destinations=a,,b',
  'metric=inRate&destinations=a&groups=b',
  'metric=partitionLag&groups=a,b',
  `metric=depth&destinations=${Array.from({ length: 201 }, (_, index) => `id${index}`).join(',')}`,
  'metric=inRate&from=now',
])('400 for ?%s', async (query) => {
  const answer = await bench.api.send<ErrorBody>('GET', `/brokers/sandbox/recent?${query}`)
  expect(answer.status).toBe(400)
})

test('404 for a broker that is none', async () => {
  expect((await bench.api.send('GET', '/brokers/nobody/recent?metric=inRate')).status).toBe(404)
})
