import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { type Bench, openBench, type Page } from './support.ts'

interface Verdict {
  readonly state: string
  readonly level: string
  readonly word: string
  readonly sentence: string
  readonly evidence: readonly string[]
  readonly since: string | null
  readonly next: { readonly label: string; readonly href: string } | null
}
interface Need extends Verdict {
  readonly id: string
  readonly broker: string
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string }
  readonly acknowledged: { readonly by: string; readonly note: string; readonly until?: string } | null
}
interface Needs extends Page<Need> {
  readonly checked: { readonly brokers: number; readonly groups: number; readonly deadLetterQueues: number }
}

/** Nothing moves there, so that what needs a person stays the same. */
const shop = { id: 'shop', kind: 'sandbox', label: 'Shop', environment: 'development', traffic: 'still' }

let bench: Bench
beforeAll(async () => {
  bench = await openBench([], { brokers: [shop], settings: { sandbox: false, discover: false } })
})
afterAll(() => bench.close())

const list = (query = '') => bench.api.get<Needs>(`/needs${query}`)
const found = () =>
  waitFor(async () => {
    const page = await list()
    return page.items.some((need) => need.subject.kind === 'group') && page
  }, 'what needs a person in the sandbox')

test('says what needs a person, and what was checked', async () => {
  const page = await found()
  const dead = page.items.find((need) => need.subject.name === 'orders.dlq')
  expect(dead).toMatchObject({ broker: 'shop', state: 'dead-letters', level: 'crit', word: 'Dead letters' })
  expect(dead?.sentence).toMatch(/^\d+ dead letters wait here/)
  expect(dead?.next?.href).toBe(`/brokers/shop/destinations/${dead?.subject.id}`)
  expect(page.items.map((need) => need.level)).not.toContain('ok')
  expect(page.checked).toMatchObject({ brokers: 1 })
  expect(page.checked.groups).toBeGreaterThan(2)
  expect(page.total).toBe(page.items.length)
})

test('a group and a destination carry the verdict that is listed', async () => {
  const { items } = await found()
  const group = items.find((need) => need.subject.kind === 'group')
  const dead = items.find((need) => need.subject.name === 'orders.dlq')
  const read = async (need: Need | undefined, of: string) =>
    (await bench.api.get<{ verdict: Verdict }>(`/brokers/shop/${of}/${need?.subject.id}`)).verdict
  const own = await read(dead, 'destinations')
  expect(own.state).toBe(dead?.state)
  // What messages died of may have been read in between; how many there are has not changed.
  const first = (text: string | undefined) => text?.split('. ')[0]
  expect(first(own.sentence)).toBe(first(dead?.sentence))
  expect(await read(group, 'groups')).toMatchObject({ state: group?.state, word: group?.word })
})

test('what somebody took on is hidden by default, and comes back when it is withdrawn', async () => {
  const [need] = (await found()).items
  const path = `/needs/${need?.id}/acknowledge`
  const taken = await bench.api.post<Need>(path, { note: ' looking at it ' })
  expect(taken.acknowledged).toMatchObject({ note: 'looking at it' })
  expect(taken.acknowledged?.by).toBeTruthy()
  expect(taken.acknowledged?.until).toBeUndefined()
  expect((await list()).items.map((one) => one.id)).not.toContain(need?.id)
  const all = (await list('?acknowledged=true')).items
  expect(all.find((one) => one.id === need?.id)?.acknowledged?.note).toBe('looking at it')
  expect((await bench.api.delete<Need>(path)).acknowledged).toBeNull()
  expect((await list()).items.map((one) => one.id)).toContain(need?.id)
})

test('a snooze has an end, and both are in the audit', async () => {
  const [need] = (await found()).items
  const path = `/needs/${need?.id}/acknowledge`
  const snoozed = await bench.api.post<Need>(path, { minutes: 60 })
  const untilMs = Date.parse(snoozed.acknowledged?.until ?? '')
  expect(Math.abs(untilMs - Date.now() - 3_600_000)).toBeLessThan(60_000)
  await bench.api.delete(path)
  const { items } = await bench.api.get<Page<{ verb: string; target: string | null }>>('/audit?limit=2')
  expect(items.map((row) => [row.verb, row.target])).toEqual([
    ['need.withdraw', need?.id],
    ['need.acknowledge', need?.id],
  ])
})

test('refuses what is over, what is not a number of minutes, and what no list is made of', async () => {
  const [need] = (await found()).items
  expect((await bench.api.send('POST', '/needs/n-none/acknowledge', {})).status).toBe(404)
  expect((await bench.api.send('POST', `/needs/${need?.id}/acknowledge`, { minutes: 0 })).status).toBe(400)
  expect((await bench.api.send('GET', '/needs?cursor=x')).status).toBe(400)
})

test('a need keeps its id, and who took it on, over a restart of the console', async () => {
  const before = (await found()).items
  const dead = before.find((need) => need.subject.name === 'orders.dlq')
  await bench.api.post(`/needs/${dead?.id}/acknowledge`, { note: 'kept' })
  await bench.server.stop()
  await bench.server.start()
  const after = await waitFor(
    async () => (await list('?acknowledged=true')).items.find((need) => need.subject.name === 'orders.dlq'),
    'the need after the restart',
  )
  expect(after).toMatchObject({ id: dead?.id, acknowledged: { note: 'kept' } })
})
