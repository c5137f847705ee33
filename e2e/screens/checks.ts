import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import type { Api } from '../support/api.ts'
import type { Cell } from './cell.ts'

/** One heading, and a tab that says what is open. */
export async function expectNamed(page: Page, cell: Cell, where: string): Promise<void> {
  await expect.soft(page.locator('h1'), `${where}: one h1`).toHaveCount(1)
  const title = await page.title()
  // What is open, then where it lies; the latter has a check of its own in the keyboard specs.
  const [own = ''] = title.replace(/ · Signalbox$/, '').split(' · ')
  expect.soft(title, `${where}: the tab's title`).toMatch(/ · Signalbox$/)
  if (typeof cell.title === 'string') expect.soft(own, `${where}: the tab's title`).toBe(cell.title)
  else expect.soft(own, `${where}: the tab's title`).toMatch(cell.title)
}

/** Nothing scrolls sideways, and no text lies outside the screen. */
export async function expectFit(page: Page, where: string): Promise<void> {
  await expect
    .soft(async () => expect(await page.evaluate(findMisfits)).toEqual([]), `${where}: everything fits`)
    .toPass({ timeout: 1_500, intervals: [0, 100, 300] })
}

/** Runs in the page. */
function findMisfits(): string[] {
  const wide = document.documentElement.clientWidth
  const out: string[] = []
  for (const box of [document.documentElement, document.querySelector('main')])
    if (box && box.scrollWidth > box.clientWidth) out.push(`${box.tagName} scrolls sideways`)
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement
    if (!holder || !node.textContent?.trim() || !holder.checkVisibility({ opacityProperty: true })) continue
    range.selectNodeContents(node)
    const text = range.getBoundingClientRect()
    let [left, right] = [text.left, text.right]
    if (text.width === 0 || holder.closest('.sr-only, script, style, noscript, title')) continue
    for (let box: Element | null = holder; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === 'visible') continue
      const edge = box.getBoundingClientRect()
      left = Math.max(left, edge.left)
      right = Math.min(right, edge.right)
    }
    if (right - left > 1 && (left < -1 || right > wide + 1))
      out.push(`outside the screen: ${node.textContent.trim().slice(0, 60)}`)
  }
  return out
}

/** What vanishes or turns the text around it is drawn as a symbol; only a payload stands as it is. */
export async function expectVisibleMarks(page: Page, where: string): Promise<void> {
  const hidden = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const out: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement?.closest('pre, textarea, script, style')) continue
      const text = node.textContent ?? ''
      if (/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(text)) out.push(JSON.stringify(text))
    }
    return out
  })
  expect.soft(hidden, `${where}: invisible characters`).toEqual([])
}

/** No violation of WCAG 2 A or AA. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
  const builder = new AxeBuilder({ page })
    .options({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
    // Otherwise every run opens a page of its own to join the results of frames, of which there are none.
    .setLegacyMode(true)
  const { violations } = await builder.analyze()
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
  expect.soft(told, `${where}: axe`).toEqual([])
}

interface Reading {
  readonly state: 'ok' | 'unsupported' | 'unavailable'
  readonly value?: number
  readonly last?: { readonly value: number }
}
interface Row {
  readonly name: string
  readonly type: string
  readonly readings: Readonly<Record<string, Reading>>
}

const columns = { Depth: 'depth', 'In /s': 'inRate', 'Out /s': 'outRate', Consumers: 'consumers' } as const

/** Each number of the list against the API's reading: one that is not known is a word, never a number. */
export async function expectReadings(page: Page, api: Api, broker: string, where: string): Promise<void> {
  const rows = await api.all<Row>(`/brokers/${broker}/destinations?limit=1000`)
  const table = page.getByRole('table', { name: /^Destinations of / })
  await table.waitFor()
  const heads = await table.getByRole('columnheader').allTextContents()
  const shown = await table
    .locator('tbody')
    .getByRole('row')
    .evaluateAll((all) =>
      all.map((row) => ({
        shownName: row.querySelector('a')?.textContent,
        cells: [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? ''),
      })),
    )
  let compared = 0
  for (const { shownName, cells } of shown)
    for (const row of rows.filter(({ name }) => shownName === name))
      for (const [head, metric] of Object.entries(columns)) {
        const text = cells[heads.findIndex((one) => one.trim() === head)]?.trim() ?? ''
        const reading = row.readings[metric]
        const known = reading?.state === 'ok' || reading?.last !== undefined
        const what = `${where}: ${metric} of ${row.name} is ${reading?.state ?? 'absent'}, drawn as ${text}`
        expect.soft(/\d/.test(text), what).toBe(known)
        compared += 1
      }
  expect.soft(compared, `${where}: readings compared`).toBeGreaterThan(0)
}
