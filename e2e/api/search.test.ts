import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { type Bench, type ErrorBody, openBench, type Page } from './support.ts'

interface Hit {
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly broker: string
  readonly isDeadLetter: boolean
  readonly match: string
  readonly abilities?: Readonly<Record<string, { readonly level: string }>>
  readonly links: Readonly<Record<string, string>>
}

let bench: Bench
beforeAll(async () => {
  bench = await openBench([], {
    brokers: [{ id: 'gone', kind: 'redis', label: 'Gone for good', url: 'redis://127.0.0.1:1/0' }],
  })
  await waitFor(async () => (await search('orders')).items.length > 0, 'the sandbox read')
})
afterAll(() => bench.close())

const search = (q: string, more = '') => bench.api.get<Page<Hit>>(`/search?q=${encodeURIComponent(q)}${more}`)

test('a name leads to its destination, its dead-letter queue and what can be done there', async () => {
  const { items, nextCursor } = await search('orders')
  expect(nextCursor).toBeNull()
  expect(items[0]).toMatchObject({ kind: 'destination', name: 'orders', match: 'exact', isDeadLetter: false })
  const dlq = items.find(({ name }) => name === 'orders.dlq')
  expect(dlq).toMatchObject({ kind: 'destination', broker: 'sandbox', isDeadLetter: true })
  expect(dlq?.abilities?.publish?.level).toBe('full')
  expect(await bench.api.get(dlq?.links.self?.replace('/api/v1', '') ?? '')).toMatchObject({ id: dlq?.id })
  expect((await search('odlq')).items.map(({ name }) => name)).toContain('orders.dlq')
})

test('brokers, groups and ids are found as well', async () => {
  expect((await search('sandbox')).items[0]).toMatchObject({ kind: 'broker', id: 'sandbox' })
  const [group] = await bench.api.all<{ id: string; name: string }>('/brokers/sandbox/groups')
  expect((await search(group?.name ?? '')).items).toContainEqual(
    expect.objectContaining({ kind: 'group', id: group?.id }),
  )
  expect((await search(group?.id ?? '')).items[0]).toMatchObject({
    kind: 'group',
    id: group?.id,
    match: 'exact',
  })
})

test('a run is found by its id and by the queue it replays', async () => {
  const dlq = (await search('payments.dlq')).items[0]
  const run = await bench.api.post<{ id: string }>('/replays', {
    broker: 'sandbox',
    source: dlq?.id,
    select: { all: true },
    target: { origin: true },
  })
  expect((await search(run.id)).items[0]).toMatchObject({ kind: 'replay', id: run.id, match: 'exact' })
  expect((await search('payments.dlq')).items).toContainEqual(
    expect.objectContaining({ kind: 'replay', id: run.id }),
  )
})

test('it says which broker could not be searched, and answers at once all the same', async () => {
  const began = performance.now()
  const { items, problems } = await search('gone')
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(items[0]).toMatchObject({ kind: 'broker', id: 'gone' })
  expect(problems).toContainEqual(expect.objectContaining({ scope: 'gone', code: 'broker_unreachable' }))
})

test('nothing found is an empty list; nothing asked, or too much, is refused', async () => {
  expect((await search('no-such-thing-anywhere')).items).toEqual([])
  expect((await search('.*')).items).toEqual([])
  expect((await search('o', '&limit=3')).items).toHaveLength(3)
  for (const query of ['', '?q=', '?q=%20', '?q=a&limit=51', `?q=${'a'.repeat(201)}`]) {
    const answer = await bench.api.send<ErrorBody>('GET', `/search${query}`)
    expect(answer, query).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
  }
})
