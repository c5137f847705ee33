import { test as base, expect, type Page } from '@playwright/test'
import { signInLink, spendLink } from '../fixtures/sign-in.ts'
import { type Api, waitFor } from '../support/api.ts'
import { Console } from '../support/console.ts'

interface Reading {
  readonly state: string
  readonly value?: number
}
interface Destination {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly readings: Readonly<Record<string, Reading>>
}
interface Letters {
  readonly id: string
  readonly name: string
  readonly counts: { readonly open: Reading }
}
interface Group {
  readonly id: string
  readonly name: string
  readonly total: Reading
  readonly lag: readonly { readonly lag: Reading }[]
}
interface Run {
  readonly id: string
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
}

/** One broker on which nothing moves, so that a number is the same wherever and whenever it is read. */
const test = base.extend<object, { still: { server: Console; api: Api } }>({
  still: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from its first parameter.
    async ({}, use) => {
      const shop = { id: 'shop', kind: 'sandbox', label: 'Shop', environment: 'production', traffic: 'still' }
      const server = new Console({ brokers: [shop], settings: { sandbox: false, discover: false } })
      await server.start()
      await use({ server, api: server.api })
      await server.remove()
    },
    { scope: 'worker', timeout: 150_000 },
  ],
})

let page: Page
let run: Run
test.beforeAll(async ({ browser, still: { server, api } }) => {
  const context = await browser.newContext({
    baseURL: server.url,
    storageState: await spendLink(await signInLink(server)),
  })
  page = await context.newPage()
  const source = await api.destination('shop', 'orders.dlq')
  const { items } = await api.get<{ items: { id: string }[] }>(`${source.links.messages}?limit=4`)
  const body = { broker: 'shop', source: source.id, target: { origin: true } }
  const { id } = await api.post<Run>('/replays', { ...body, select: { ids: items.map((item) => item.id) } })
  await api.post(`/replays/${id}/start`)
  run = await waitFor(async () => {
    const now = await api.get<Run>(`/replays/${id}`)
    return now.state === 'completed' && now
  }, 'the run')
})
test.afterAll(() => page.context().close())

/** The first number of a text as the pages write it: thin spaces between thousands. */
function numberIn(text: string | null): number {
  const match = /\d[\d\u202f]*/.exec(text ?? '')
  if (!match) throw new Error(`there is no number in "${text}"`)
  return Number(match[0].replaceAll('\u202f', ''))
}

const numberOf = (reading: Reading | undefined): number => {
  if (reading?.state !== 'ok' || reading.value === undefined) throw new Error('the reading is not known')
  return reading.value
}
const fact = async (label: string) =>
  numberIn(
    await page
      .locator('main dl > div')
      .filter({ has: page.getByText(label, { exact: true }) })
      .locator('dd')
      .first()
      .textContent(),
  )
const tableRow = (table: string | RegExp, name: string) =>
  page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.locator('td:first-child').getByRole('link', { name, exact: true }) })
async function cellOf(table: string | RegExp, name: string, column: string): Promise<string | null> {
  await tableRow(table, name).waitFor()
  const heads = await page.getByRole('table', { name: table }).getByRole('columnheader').allTextContents()
  return tableRow(table, name).getByRole('cell').nth(heads.indexOf(column)).textContent()
}
const heading = () => page.getByRole('heading', { level: 1 })
const rail = (nav: string, link: string) =>
  page.getByRole('navigation', { name: nav }).getByRole('link', { name: link }).textContent()

test('the depth of each destination: list, its own page, API', async ({ still: { api } }) => {
  const all = await api.all<Destination>('/brokers/shop/destinations')
  const kept = all.filter(({ type }) => type !== 'exchange')
  expect(kept.length).toBeGreaterThan(8)
  for (const { id, name, readings } of kept) {
    const depth = numberOf(readings.depth)
    await page.goto('/brokers/shop')
    const listed = await cellOf(/^Destinations of /, name, 'Depth')
    await page.goto(`/brokers/shop/destinations/${encodeURIComponent(id)}`)
    await expect(heading()).toHaveText(name)
    expect(await fact('Depth'), `${name} on its own page`).toBe(depth)
    // Below a hundred thousand the list writes the number whole.
    if (depth < 100_000) expect(numberIn(listed), `${name} in the list`).toBe(depth)
  }
})

test('dead letters: overview, rail, inbox, queue, API', async ({ still: { api } }) => {
  const queues = await api.all<Letters>('/dead-letters')
  const total = queues.reduce((sum, queue) => sum + numberOf(queue.counts.open), 0)
  expect(total).toBeGreaterThan(0)
  await page.goto('/')
  expect(numberIn(await cellOf('Brokers', 'Shop', 'Dead letters'))).toBe(total)
  expect(numberIn(await rail('Pages', 'Dead letters'))).toBe(total)
  expect(numberIn(await rail('Brokers', 'Shop'))).toBe(total)
  await page.goto('/dead-letters')
  await expect(heading()).toHaveText(/^\S+ dead letters?$/)
  expect(numberIn(await heading().textContent())).toBe(total)
  for (const queue of queues) {
    const open = numberOf(queue.counts.open)
    await page.goto('/dead-letters?show=all')
    expect(numberIn(await cellOf('Dead-letter queues', queue.name, 'Waiting')), queue.name).toBe(open)
  }
})

test('the lag of each group: list, its own page, its partitions, API', async ({ still: { api } }) => {
  const groups = await api.all<Group>('/brokers/shop/groups')
  expect(groups.length).toBeGreaterThan(2)
  for (const group of groups) {
    const total = numberOf(group.total)
    const known = group.lag.filter(({ lag }) => lag.state === 'ok')
    expect(
      known.reduce((sum, { lag }) => sum + numberOf(lag), 0),
      `${group.name}: its rows`,
    ).toBe(total)
    await page.goto('/brokers/shop?tab=groups')
    expect(numberIn(await cellOf(/^Consumer groups of /, group.name, 'Lag')), group.name).toBe(total)
    await page.goto(`/brokers/shop/groups/${encodeURIComponent(group.id)}`)
    await expect(heading()).toHaveText(group.name)
    expect(await fact('Lag'), `${group.name} on its own page`).toBe(total)
  }
})

test('the counts of a run: list, bar, legend, ledger, API', async () => {
  const { total = 0, done = 0 } = run.counts
  expect(total).toBeGreaterThan(0)
  await page.goto('/replays')
  const listed = await cellOf('Replays', 'orders.dlq', 'Delivered')
  expect([numberIn(listed), numberIn(listed?.split('of')[1] ?? null)]).toEqual([done, total])
  await page.goto(`/replays/${run.id}`)
  await expect(page.getByRole('img', { name: `${total} in all: ${done} delivered` })).toBeVisible()
  expect(await fact('Messages')).toBe(total)
  expect(numberIn(await page.getByRole('button', { name: /^All / }).textContent())).toBe(total)
  expect(numberIn(await page.getByRole('button', { name: /^delivered / }).textContent())).toBe(done)
  await expect(page.getByRole('table', { name: 'Messages of the run' }).locator('tbody tr')).toHaveCount(
    total,
  )
})

/** A number as a sentence writes it, and whether it counts time, which goes on. */
const numbersOf = (sentence: string) =>
  [...sentence.matchAll(/(?<![\w.])(\d[\d\u202f]*(?:\.\d+)?)( (?:s|min|h|m|d)\b)?/g)].map(
    ([, number = '', unit]) => ({ number, isTime: unit !== undefined }),
  )

test('each number of each sentence stands on the page its button opens', async () => {
  await page.goto('/')
  const rows = page.getByRole('list', { name: 'What needs you' }).getByRole('listitem')
  await expect(rows.first()).toBeVisible()
  const count = await rows.count()
  expect(numberIn(await heading().textContent())).toBe(count)
  for (let index = 0; index < count; index += 1) {
    await page.goto('/')
    const row = rows.nth(index)
    const said = row.getByRole('button', { expanded: false })
    const lines = said.locator('> span > span')
    const name = ((await lines.first().textContent()) ?? '').split(' ')[0] ?? ''
    const sentence = (await lines.nth(1).textContent()) ?? ''
    await row.getByRole('link', { name: /: / }).click()
    await expect(heading(), sentence).toContainText(name)
    const main = page.getByRole('main')
    for (const { number, isTime } of numbersOf(sentence)) {
      const later = isTime ? `|${Number(number) + 1}` : ''
      await expect(main, `${number} of "${sentence}"`).toContainText(
        new RegExp(`(?<![\\d\u202f])(?:${number}${later})(?![\\d\u202f])`),
      )
    }
  }
})

test('what is acknowledged leaves the list with a note, and is shown on demand', async () => {
  await page.goto('/')
  const rows = page.getByRole('list', { name: 'What needs you' }).getByRole('listitem')
  await expect(rows.first()).toBeVisible()
  const count = numberIn(await heading().textContent())
  const row = rows.first()
  const named = ((await row.getByRole('button').first().textContent()) ?? '').split(' ')[0] ?? ''
  await row.getByRole('button').first().click()
  await row.getByLabel('Note').fill('on my way')
  await row.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(heading()).toHaveText(new RegExp(`^${count - 1} things?`))
  await page.getByRole('button', { name: 'show 1 acknowledged' }).click()
  const taken = rows.filter({ hasText: 'on my way' })
  await expect(taken).toContainText(named)
  await taken.getByRole('button', { name: 'Show it again' }).click()
  await expect(heading()).toHaveText(new RegExp(`^${count} things?`))
})
