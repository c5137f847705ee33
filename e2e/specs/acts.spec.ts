import { expect, type Page, test } from '@playwright/test'
import { signInLink, spendLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import type { Api } from '../support/api.ts'
import { Console } from '../support/console.ts'

/** A console on a sandbox in which nothing moves but by what a person does. */
const server = new Console({
  brokers: [{ kind: 'sandbox', traffic: 'still', id: 'shop', label: 'Shop', environment: 'production' }],
  settings: { sandbox: false, discover: false },
})
let page: Page
let errors: string[]

test.beforeAll(async ({ browser }) => {
  await server.start()
  const storageState = await spendLink(await signInLink(server))
  const context = await browser.newContext({ baseURL: server.url, storageState, reducedMotion: 'reduce' })
  page = await context.newPage()
  errors = watchErrors(page)
})
test.afterAll(async () => {
  await page.context().close()
  await server.remove()
})
test.afterEach(() => expect(errors.splice(0)).toEqual([]))

interface Group {
  readonly id: string
  readonly name: string
  readonly members: readonly { readonly id: string; readonly host?: string }[]
  readonly lag: readonly { readonly committed: string | null; readonly start: string }[]
  readonly links: { readonly self: string }
}

async function groupOf(api: Api, name: string): Promise<Group> {
  const { items } = await api.get<{ items: Group[] }>(`/brokers/shop/groups?q=${name}`)
  const found = items.find((one) => one.name === name)
  if (!found) throw new Error(`there is no group ${name}`)
  return found
}

test('a group is planned, armed under its readers, and moved once they have left', async () => {
  const { api } = server
  const group = await groupOf(api, 'inventory')
  await page.goto(`/brokers/shop/groups/${group.id}`)
  await page.getByRole('button', { name: 'Plan an offset reset' }).click()
  const sheet = page.getByRole('dialog', { name: 'Reset offsets' })
  await sheet.getByRole('button', { name: 'Earliest' }).click()
  await sheet.getByRole('button', { name: 'Show the plan' }).click()
  await expect(sheet.getByRole('table', { name: 'Plan by partition' })).toBeVisible()
  await expect(sheet.getByText(/a group is not moved under its readers/)).toBeVisible()
  await expect(sheet.getByText(group.members[0]?.host ?? '').first()).toBeVisible()
  await expect(sheet.getByRole('button', { name: 'Apply', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await sheet.getByLabel('Type inventory to confirm').fill('inventory')
  await sheet.getByRole('button', { name: 'Apply when empty' }).click()
  await expect(page.getByRole('dialog', { name: 'Armed' })).toContainText('Waits for')
  await page.keyboard.press('Escape')
  await expect(page.getByText(/offsets? is armed/)).toBeVisible()

  const { members } = await groupOf(api, 'inventory')
  for (const { id } of members) await api.post(`${group.links.self}/members/remove`, { member: id })
  await expect(page.getByText('Offsets were reset')).toBeVisible()
  const { lag } = await api.get<Group>(group.links.self)
  expect(lag.map(({ committed }) => committed)).toEqual(lag.map(({ start }) => start))
})

test('a message is stepped over after it was shown', async () => {
  const group = await groupOf(server.api, 'audit-archive')
  await page.goto(`/brokers/shop/groups/${group.id}`)
  await page
    .getByRole('table', { name: 'Lag by partition' })
    .getByRole('row')
    .filter({ hasNotText: 'no commit' })
    .getByRole('button', { name: /^Skip one message/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog', { name: 'Skip one message' })
  await expect(dialog.locator('pre')).toContainText(/\w/)
  await dialog.getByLabel('Type audit-archive to confirm').fill('audit-archive')
  await dialog.getByRole('button', { name: 'Skip it' }).click()
  await expect(page.getByRole('dialog', { name: 'Skipped' })).toContainText('Set 1 offset of audit-archive')
})

test('a connection is closed by keyboard, after its effect was read', async () => {
  await page.goto('/brokers/shop')
  await page
    .getByRole('navigation', { name: 'Parts of this broker' })
    .getByRole('link', { name: 'Connections' })
    .click()
  const table = page.getByRole('table', { name: 'Connections of Shop' })
  await page.getByRole('combobox', { name: 'Filter connections' }).fill('consumers>0 own:no')
  await expect(table.getByRole('row')).not.toHaveCount(0)
  await table.getByRole('row').nth(1).press('Enter')
  const drawer = page.getByRole('complementary', { name: 'Connection' })
  const name = (await drawer.getByRole('heading', { level: 2 }).textContent()) ?? ''
  expect(name).not.toBe('')
  await drawer.getByRole('button', { name: 'Close connection' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Close connection' })
  await expect(dialog).toContainText('is cut off from')
  await expect(dialog).toContainText('prod')
  await page.keyboard.type(name)
  await dialog.getByRole('button', { name: 'Close connection' }).press('Enter')
  await expect(page.getByRole('dialog', { name: 'Connection closed' })).toContainText('was cut off')
  await page.keyboard.press('Escape')
  await expect(table.getByRole('row').filter({ hasText: name })).toHaveCount(0)
})

test('nodes say what they use against their limits', async () => {
  await page.goto('/brokers/shop?tab=nodes')
  const nodes = page.getByRole('list', { name: 'Nodes of Shop' })
  await expect(nodes).toContainText('sandbox-1')
  await expect(nodes.getByText(/^Memory$/)).toBeVisible()
  await expect(nodes.getByText(/of 1\.07 GB|of 1 GB|of 1\.1 GB/)).toBeVisible()
})
