import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../fixtures/test.ts'
import { answerEvents, answerSeries, fallingBehind } from '../support/series.ts'

const charts = (page: Page) => page.getByRole('region', { name: 'Charts' })
const moment = (page: Page, chart: string) => page.getByRole('slider', { name: `Moment in ${chart}` })
const wordsOf = (slider: Locator) => slider.getAttribute('aria-valuetext')

test.beforeEach(async ({ page, api }) => {
  const { items } = await api.get<{ items: { id: string; name: string }[] }>('/brokers/sandbox/groups')
  const group = items.find(({ name }) => name === 'inventory')
  await answerSeries(page, { value: fallingBehind })
  await answerEvents(page, 'sandbox', [
    { kind: 'deploy', text: 'Deploy of shop 1.4', at: 0.2 },
    { kind: 'purge', text: 'ada purged orders', at: 0.204 },
    { kind: 'rebalance', text: 'Rebalance: 4 members', at: 0.5 },
  ])
  await page.goto(`/brokers/sandbox/groups/${encodeURIComponent(group?.id ?? '')}`)
  await expect(moment(page, 'Lag')).toBeVisible()
})

test('one moment is pointed at in all charts of the page, by pointer and by keyboard', async ({ page }) => {
  const box = await moment(page, 'Lag').boundingBox()
  if (!box) throw new Error('the chart has no box')
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2)
  await expect(page.locator('[data-crosshair]')).toHaveCount(3)
  const pointed = await wordsOf(moment(page, 'Lag'))
  expect(pointed).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: lag [\d\s]+$/)
  // The same moment, in its own unit.
  expect(await wordsOf(moment(page, 'Behind'))).toContain(pointed?.split(': lag')[0])

  await page.mouse.move(0, 0)
  await expect(page.locator('[data-crosshair]')).toHaveCount(0)
  await moment(page, 'Lag').focus()
  await page.keyboard.press('Home')
  const first = await wordsOf(moment(page, 'Lag'))
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => wordsOf(moment(page, 'Lag'))).not.toBe(first)
  await expect(page.locator('[data-crosshair]')).toHaveCount(3)
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-crosshair]')).toHaveCount(0)
})

test('a range dragged over stands in the address, survives a reload, and going back undoes it', async ({
  page,
}) => {
  const box = await moment(page, 'Rates').boundingBox()
  if (!box) throw new Error('the chart has no box')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.4, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/range=[^&]+\.\./)
  await expect(charts(page).getByText(/ for \d+ m/)).toBeVisible()
  const lengthOf = async () => Number(await moment(page, 'Lag').getAttribute('aria-valuemax'))
  const zoomed = await lengthOf()
  // A fifth of fifteen minutes.
  expect(zoomed).toBeGreaterThan(120)
  expect(zoomed).toBeLessThan(260)
  await page.reload()
  await expect(moment(page, 'Lag')).toBeVisible()
  expect(await lengthOf()).toBe(zoomed)

  // By keyboard, from where the range begins to where it ends.
  await moment(page, 'Lag').focus()
  await page.keyboard.press('Home')
  for (let i = 0; i < 8; i += 1) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await expect.poll(lengthOf).toBeLessThan(zoomed)
  await page.goBack()
  await expect.poll(lengthOf).toBe(zoomed)
  await page.goBack()
  await expect(page).not.toHaveURL(/range=/)
  await expect(charts(page).getByRole('button', { name: 'Live', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
})

test('what happened marks every chart and stands in a list that the keyboard reaches', async ({ page }) => {
  for (const marks of await page.locator('[data-marks]').all())
    await expect(marks.getByText('rebalance')).toBeVisible()
  // Two that cannot be told apart are one mark.
  await expect(page.locator('[data-marks]').first().getByText('2 events')).toBeVisible()
  await charts(page).getByRole('button', { name: '3 events' }).press('Enter')
  const list = page.getByRole('list', { name: 'Events in the charts' })
  await expect(list.getByRole('button')).toHaveCount(3)
  await list.getByRole('button', { name: /Rebalance: 4 members/ }).focus()
  await expect(page.locator('[data-crosshair]')).toHaveCount(3)
})

test('a chart is also a table, and its series can be compared and taken out again', async ({ page }) => {
  await expect(
    page.getByRole('img', { name: /^Lag: lag, latest [\d\s]+, between \d+ and [\d\s]+$/ }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Lag as a table' }).click()
  await expect(page.getByRole('region', { name: 'Values of Lag' }).getByRole('row').nth(5)).toContainText(
    /\d/,
  )

  await page.getByRole('button', { name: 'Compare Rates' }).click()
  await page.getByRole('button', { name: 'Compare Lag' }).click()
  await page.getByRole('link', { name: 'Compare 3 series' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Compare' })).toBeVisible()
  const chips = page.getByRole('list', { name: 'Compared series' })
  await expect(chips.getByRole('listitem')).toHaveText([
    /inventory · in/,
    /inventory · out/,
    /inventory · lag/,
  ])
  await expect(moment(page, 'Compared')).toBeVisible()
  await chips.getByRole('button', { name: /^Remove .* · in$/ }).press('Enter')
  await expect(chips.getByRole('listitem')).toHaveCount(2)
  await page.reload()
  await expect(chips.getByRole('listitem')).toHaveCount(2)
})
