import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { onePlaceEach } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page, type Reading } from './support.ts'

interface Broker {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly version: string | null
  readonly mode: string
  readonly environment: string
  readonly discovered: boolean
  readonly abilities: Readonly<Record<string, { readonly level: string; readonly reason?: string }>>
  readonly readings: Readonly<Record<string, Reading>>
  readonly links: Readonly<Record<string, string>>
}

let bench: Bench
beforeAll(async () => {
  bench = await openBench(onePlaceEach)
})
afterAll(() => bench.close())

const kinds = ['rabbitmq', 'kafka', 'redis', 'sandbox']

test('every broker of the configuration and the sandbox comes up by itself', async () => {
  const page = await waitFor(
    async () => {
      const now = await bench.api.get<Page<Broker>>('/brokers')
      return now.items.every((item) => item.state === 'up') && now
    },
    'all brokers up',
    20_000,
  )
  expect(page.items.map((item) => [item.id, item.kind])).toEqual(kinds.map((kind) => [kind, kind]))
  for (const item of page.items) {
    expect(item.version, item.id).toMatch(/\d/)
    expect(item).toMatchObject({ mode: 'read-write', environment: 'development', discovered: false })
  }
})

test('the list goes page by page', async () => {
  const ids: string[] = []
  let cursor = ''
  do {
    const page: Page<Broker> = await bench.api.get(`/brokers?limit=3${cursor}`)
    ids.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`
  } while (cursor !== '')
  expect(ids).toEqual(kinds)
})

test.each(kinds)('%s: what it can do and what it holds', async (id) => {
  const broker = await waitFor(async () => {
    const now = await bench.api.get<Broker>(`/brokers/${id}`)
    return Object.keys(now.readings).length > 0 && now
  }, `readings of ${id}`)
  expect(broker.abilities.browse?.level).toMatch(/full|partial/)
  expect(broker.abilities.publish?.level).toBe('full')
  // Dead letters are counted or unknown, never guessed.
  expect(broker.readings.deadLetters?.state).toBe('ok')
  const destinations = await bench.api.get<Page<unknown>>(broker.links.destinations ?? '')
  // A fresh Redis holds nothing; what is counted is what is listed.
  expect(destinations.items).toHaveLength(Math.min(destinations.total ?? -1, 100))
})

test('a broker that is not there is 404', async () => {
  for (const path of ['/brokers/nobody', '/brokers/nobody/destinations', '/brokers/nobody/groups']) {
    const answer = await bench.api.send<ErrorBody>('GET', path)
    expect(answer.status).toBe(404)
    expect(answer.body.error.code).toBe('not_found')
  }
})

test('no password stands in any answer', async () => {
  const text = JSON.stringify(await bench.api.get('/brokers'))
  expect(text).not.toContain('guest:guest')
})

test("the sandbox's worker breaks and heals", async () => {
  const play = (action: string) => bench.api.post('/brokers/sandbox/sandbox', { action })
  const [dlq] = await bench.api.all<{ id: string }>('/brokers/sandbox/destinations?q=payments.dlq')
  const broken = { workerBroken: true, deadLetterQueue: dlq?.id }
  expect(await play('break')).toEqual(broken)
  expect(await bench.api.get('/brokers/sandbox/sandbox')).toEqual(broken)
  expect(await play('heal')).toEqual({ ...broken, workerBroken: false })
  expect((await bench.api.send('GET', '/brokers/rabbitmq/sandbox')).status).toBe(501)
})
