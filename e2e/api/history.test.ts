import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { openEvents } from '../support/events.ts'
import { type Bench, type ErrorBody, openBench, type Page } from './support.ts'

interface Series {
  readonly stepMs: number
  readonly tier: string
  readonly unit: string | null
  readonly quality: string | null
  readonly since: string | null
  readonly points: readonly (readonly [number, number | null])[]
  readonly high: readonly (number | null)[]
}
interface Told {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly text: string
  readonly actor?: string
}
interface Named {
  readonly id: string
  readonly name: string
  readonly total?: { readonly value?: number }
}

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => bench.close())

const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString()
const series = (query: string) => bench.api.get<Series>(`/series?broker=sandbox&${query}`)
const find = (kind: 'destinations' | 'groups', name: string) =>
  waitFor(
    async () =>
      (await bench.api.get<Page<Named>>(`/brokers/sandbox/${kind}?q=${name}`)).items.find(
        (one) => one.name === name,
      ),
    `${name} in the list`,
    15_000,
  )

test('the sandbox has a day of history from the first minute on, of queues, groups and itself', async () => {
  const { id } = await find('destinations', 'orders.dlq')
  const depth = await series(`destination=${id}&metric=depth&from=${hours(23)}&points=200`)
  expect(depth).toMatchObject({ tier: 'raw', unit: 'messages', quality: 'exact' })
  expect(depth.points.length).toBeLessThanOrEqual(200)
  expect(depth.points.filter(([, value]) => value === null)).toEqual([])
  expect(depth.high).toHaveLength(depth.points.length)
  expect(depth.points.map(([at]) => at)).toEqual(
    depth.points.map((_, index) => (depth.points[0]?.[0] ?? 0) + index * depth.stepMs),
  )

  const group = await find('groups', 'analytics')
  const lag = await series(`group=${group.id}&metric=lag&from=${hours(0.2)}`)
  const newest = lag.points.findLast(([, value]) => value !== null)?.[1] ?? 0
  expect(Math.abs(newest - (group.total?.value ?? 0))).toBeLessThan(50)
  const read = await series(`group=${group.id}&metric=outRate&from=${hours(2)}`)
  expect(Math.max(...read.high.map((value) => value ?? 0))).toBeGreaterThan(0)
  expect((await series(`metric=deadLetters&from=${hours(1)}`)).quality).not.toBeNull()
})

test('what was never read is nulls, and what is no id is not found', async () => {
  const { id } = await find('destinations', 'orders.dlq')
  const none = await series(`destination=${id}&metric=temperature&from=${hours(1)}&points=6`)
  expect(none).toMatchObject({ since: null, quality: null, unit: null })
  expect(none.points.every(([, value]) => value === null)).toBe(true)
  const before = await series(`destination=${id}&metric=depth&from=${hours(24 * 365)}&points=100`)
  expect(before.tier === 'hour' || before.tier === 'raw').toBe(true)
  expect(before.points[0]?.[1]).toBeNull()
  expect(before.since).not.toBeNull()
  const from = `from=${hours(1)}`
  for (const query of [
    `broker=sandbox&destination=nothing&metric=depth&${from}`,
    `broker=nobody&metric=depth&${from}`,
  ]) {
    const answer = await bench.api.send<ErrorBody>('GET', `/series?${query}`)
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found'])
  }
  const both = await bench.api.send('GET', `/series?broker=sandbox&metric=depth&${from}&group=a&node=b`)
  expect(both.status).toBe(400)
})

test('a deploy is kept, heard by who watches, audited, and listed with the start of the console', async () => {
  const { url, token } = bench.server
  const live = openEvents(`${url}/api/v1/live`, { authorization: `Bearer ${token}` })
  try {
    const heard = (name: string) =>
      waitFor(async () => live.events.find(({ event }) => event === name)?.data, `${name} on the stream`)
    await heard('hello')
    const at = new Date(Date.now() - 60_000).toISOString()
    const input = { kind: 'deploy', service: 'orders', version: '7', at, link: 'https://ci.example/7' }
    const told = await bench.api.post<Told>('/events', input)
    expect(told).toMatchObject({ at, kind: 'deploy', text: 'orders 7 was deployed', actor: 'token' })
    expect(await heard('event')).toMatchObject({ id: told.id })
    const { items } = await bench.api.get<Page<Told>>('/events?limit=100')
    const own = items
      .map(({ kind }) => kind)
      .filter((kind) => kind === 'deploy' || kind === 'console-started')
    expect(own).toEqual(['console-started', 'deploy'])
    const only = await bench.api.get<Page<Told>>(`/events?kind=deploy&broker=sandbox&from=${hours(1)}`)
    expect(only.items.map(({ id }) => id)).toEqual([told.id])
    const pages: string[] = []
    for (let path: string | null = '/events?limit=1'; path !== null; ) {
      const page: Page<Told> = await bench.api.get(path)
      pages.push(...page.items.map(({ id }) => id))
      path = page.nextCursor === null ? null : `/events?limit=1&cursor=${page.nextCursor}`
    }
    expect(pages).toEqual(items.map(({ id }) => id))
    const audit = await bench.api.get<Page<{ verb: string; outcome: string }>>('/audit')
    expect(audit.items).toContainEqual(expect.objectContaining({ verb: 'event.create', outcome: 'ok' }))
    const late = await bench.api.send('POST', '/events', { ...input, at: hours(24 * 100) })
    expect(late.status).toBe(400)
    const bad = await bench.api.send('POST', '/events', { ...input, link: 'javascript:alert(1)' })
    expect(bad.status).toBe(400)
  } finally {
    live.stop()
  }
})

test('/metrics tells what the history takes', async () => {
  const { url, token } = bench.server
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  const text = await response.text()
  expect(text).toMatch(/^signalbox_history_series [1-9]\d+$/m)
  expect(text).toMatch(/^signalbox_history_dropped_samples 0$/m)
  expect(text).toMatch(/^signalbox_history_problems 0$/m)
})
