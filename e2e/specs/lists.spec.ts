import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/test.ts'

const line = (page: Page) => page.getByRole('combobox', { name: 'Filter destinations' })
const table = (page: Page) => page.getByRole('table', { name: 'Destinations of Sandbox' })
const foot = (page: Page) => page.locator('footer').getByRole('status')
const numbers = (text: string | null) => (text ?? '').replace(/[^\d]/g, '')

test('a filter line narrows at once, stands in the address, and says what is wrong at its column', async ({
  page,
}) => {
  await page.goto('/brokers/sandbox')
  await expect(foot(page)).toHaveText(/^\d+ in all$/)
  await line(page).fill('dlq:yes depth>0')
  await expect(foot(page)).toHaveText(/^\d+ of \d+ match$/)
  await expect(page).toHaveURL(/filter=dlq%3Ayes\+depth%3E0/)
  await expect(table(page).getByRole('link', { name: 'orders.dlq', exact: true })).toBeVisible()
  await expect(table(page).getByRole('link', { name: 'orders', exact: true })).toHaveCount(0)

  // The address alone shows the same list to somebody else.
  const shown = await foot(page).textContent()
  await page.reload()
  await expect(line(page)).toHaveValue('dlq:yes depth>0')
  await expect(foot(page)).toHaveText(shown ?? '')

  await line(page).fill('dlq:yes depth>lots')
  await expect(page.getByText('Column 15: depth wants a number')).toBeVisible()
  await expect(line(page)).toHaveAttribute('aria-invalid', 'true')
  // What could be read last is still what the list shows.
  await expect(foot(page)).toHaveText(shown ?? '')
  await line(page).fill('')
  await expect(foot(page)).toHaveText(/in all$/)
})

test('completions come from the rows; chips write into the line and count what the list shows', async ({
  page,
}) => {
  await page.goto('/brokers/sandbox')
  await expect(foot(page)).toHaveText(/in all$/)
  await line(page).pressSequentially('type:top')
  const option = page.getByRole('option', { name: /^topic/ })
  await expect(option).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(line(page)).toHaveValue('type:topic ')
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  for (const chip of await page.getByRole('group', { name: 'Which rows' }).getByRole('button').all()) {
    await chip.click()
    await expect(chip).toHaveAttribute('aria-pressed', 'true')
    const count = numbers(await chip.textContent())
    await expect
      .poll(async () => numbers((await foot(page).textContent())?.split(/ of | in /)[0] ?? ''))
      .toBe(count)
  }
})

test('addresses of the time before the one line still lead to their lists', async ({ page }) => {
  await page.goto('/brokers/sandbox?show=dead&q=orders')
  await expect(line(page)).toHaveValue('dlq:yes orders')
  await expect(table(page).getByRole('link', { name: 'orders.dlq', exact: true })).toBeVisible()
  await page.goto('/dead-letters?show=all&broker=sandbox')
  await expect(page.getByRole('combobox', { name: 'Filter dead-letter queues' })).toHaveValue(
    'broker=sandbox',
  )
})

test('columns are hidden and sized by keyboard, and stay so', async ({ page }) => {
  await page.goto('/brokers/sandbox')
  const note = table(page).getByRole('columnheader', { name: 'Note' })
  await expect(note).toBeVisible()
  await page.getByRole('button', { name: 'Columns' }).press('Enter')
  await page.getByRole('menuitemcheckbox', { name: 'Note' }).press('Enter')
  await page.keyboard.press('Escape')
  await expect(note).toHaveCount(0)
  const edge = table(page).getByRole('separator', { name: 'Width of Depth' })
  const before = Number(await edge.getAttribute('aria-valuenow'))
  await edge.press('ArrowLeft')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 12))
  await page.reload()
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 12))
  await expect(note).toHaveCount(0)
})
