import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { openEvents } from '../support/events.ts'
import { type Bench, openBench, type Page, type Reading } from './support.ts'

interface Queue {
  readonly id: string
  readonly name: string
  readonly broker: string
  readonly type: string
  readonly deadLetter: { readonly origins: readonly { readonly name: string }[] }
  readonly counts: { readonly messages: Reading }
  readonly links: { readonly messages: string }
}
interface Message {
  readonly id: string
  readonly deadLetter?: { readonly reason: string; readonly message?: string }
}

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => bench.close())

const deadLetters = () =>
  waitFor(async () => {
    const page = await bench.api.get<Page<Queue>>('/dead-letters')
    return page.items.length > 0 && page.items
  }, 'dead letters of the sandbox')

test('is born with dead letters of several causes', async () => {
  const queues = await deadLetters()
  const orders = queues.find((one) => one.name === 'orders.dlq')
  expect(orders).toMatchObject({ broker: 'sandbox', counts: { messages: { state: 'ok' } } })
  expect(orders?.deadLetter.origins.map((one) => one.name)).toContain('orders')
  const path = `${orders?.links.messages}?from=oldest&limit=200`
  const { items } = await bench.api.get<{ items: Message[] }>(path)
  expect(items.length).toBeGreaterThan(2)
  expect(items.every((one) => one.deadLetter)).toBe(true)
  expect(new Set(items.map((one) => one.deadLetter?.message)).size).toBeGreaterThan(1)
})

test('replays chosen dead letters to their origin, and the rest stays', async () => {
  const orders = (await deadLetters()).find((one) => one.name === 'orders.dlq')
  const list = async () =>
    (await bench.api.get<{ items: Message[] }>(`${orders?.links.messages}?from=oldest&limit=1000`)).items
  const before = await list()
  const ids = before.slice(0, 2).map((one) => one.id)
  const run = await bench.api.post<{ id: string }>('/replays', {
    broker: 'sandbox',
    source: orders?.id,
    select: { ids },
    target: { origin: true },
  })
  await bench.api.post(`/replays/${run.id}/start`)
  const done = await waitFor(async () => {
    const now = await bench.api.get<{ state: string; counts: { done: number } }>(`/replays/${run.id}`)
    return now.state === 'completed' && now
  }, 'the end of the replay')
  expect(done.counts.done).toBe(2)
  const left = new Set((await list()).map((one) => one.id))
  expect(ids.some((id) => left.has(id))).toBe(false)
  expect(before.slice(2).every((one) => left.has(one.id))).toBe(true)
})

test('lives: its log can be followed, its traffic is told live', async () => {
  const page = await bench.api.get<Page<Queue>>('/brokers/sandbox/destinations?type=topic')
  const headers = { authorization: `Bearer ${bench.server.token}` }
  const tail = openEvents(`${bench.server.url}${page.items[0]?.links.messages}/stream?limit=1`, headers)
  const live = openEvents(`${bench.server.url}/api/v1/live`, headers)
  await waitFor(async () => tail.events.some((one) => one.event === 'message'), 'an event', 30_000)
  bench.api.expectShape('message', tail.events.find((one) => one.event === 'message')?.data)
  await waitFor(async () => live.events.some((one) => one.event === 'sample'), 'a sample')
  tail.stop()
  live.stop()
})

test('publishes, purges with the typed name, and restores', async () => {
  const page = await bench.api.get<Page<Queue>>('/brokers/sandbox/destinations?deadLetter=true&type=queue')
  const [queue] = page.items
  const path = queue?.links.messages ?? ''
  await bench.api.post(path, { body: { text: 'by hand' } })
  const purged = await bench.api.delete<{ removed: number; backup: string }>(path, { confirm: queue?.name })
  expect(purged.removed).toBeGreaterThan(0)
  expect(await bench.api.post(`/backups/${purged.backup}/restore`)).toEqual({ restored: purged.removed })
})
