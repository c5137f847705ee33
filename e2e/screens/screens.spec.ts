import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { watchErrors } from '../fixtures/test.ts'
import { type Cell, cellsOf, states } from './cell.ts'
import { expectNamed, expectReadings, expectVisibleMarks } from './checks.ts'
import { silenceStream } from './faults.ts'
import { firstLook, seeInEveryLook, takeLook } from './looks.ts'
import { listPages } from './routes.ts'
import { screens } from './table.ts'
import { openWorld, type World } from './world.ts'

const folder = resolve(import.meta.dirname, '../../test-results/screens')

interface Desk {
  readonly world: World
  readonly page: (signedOut: boolean) => Promise<Page>
}

const test = base.extend<object, { desk: Desk }>({
  desk: [
    async ({ browser }, use) => {
      const world = await openWorld()
      const contexts: BrowserContext[] = []
      const pages = new Map<boolean, Promise<Page>>()
      const open = async (signedOut: boolean) => {
        const context = await browser.newContext({
          baseURL: world.url,
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          reducedMotion: 'reduce',
          ...(signedOut ? {} : { storageState: world.storageState }),
        })
        contexts.push(context)
        await context.addInitScript(silenceStream)
        return context.newPage()
      }
      await use({
        world,
        page: (signedOut) => {
          const page = pages.get(signedOut) ?? open(signedOut)
          pages.set(signedOut, page)
          return page
        },
      })
      for (const context of contexts) await context.close()
      await world.close()
    },
    { scope: 'worker', timeout: 150_000 },
  ],
})

test.describe.configure({ mode: 'parallel' })

test('every page under app/ stands in the table, and the table names no page that is not there', () => {
  const pages = listPages()
  const listed = new Set(screens.map(({ route }) => route))
  expect(pages.filter((page) => !listed.has(page))).toEqual([])
  expect([...listed].filter((route) => !pages.includes(route) && route !== 'not-found.tsx')).toEqual([])
  for (const screen of screens)
    expect(Object.keys(screen.states).sort(), screen.name).toEqual([...states].sort())
})

for (const screen of screens)
  test(screen.name, async ({ desk }) => {
    test.setTimeout(180_000)
    for (const [state, cell] of cellsOf(screen, desk.world))
      await test.step(state, async () => {
        const page = await desk.page(cell.signedOut ?? false)
        await seeCell(page, desk.world, cell, [screen.name, state])
      })
  })

/** States in which every call is answered well. */
const quiet = new Set([
  'full',
  'empty',
  '10,000 rows',
  'hostile names',
  'calm',
  'selection',
  'running',
  'paused',
])

async function seeCell(
  page: Page,
  world: World,
  cell: Cell,
  [name, state]: readonly [string, string],
): Promise<void> {
  const where = `${name}, ${state}`
  page.removeAllListeners('console')
  page.removeAllListeners('pageerror')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await takeLook(page, firstLook)
  const errors = watchErrors(page)
  await cell.given?.(page)
  await page.goto(cell.path)
  await cell.act?.(page)
  await expect(sight(page, cell.sees), `${where}: its sentence`).toBeVisible()
  for (const words of cell.also ?? [])
    await expect.soft(sight(page, words), `${where}: ${words}`).toBeVisible()
  await expectVisibleMarks(page, where)
  if (cell.readingsOf) await expectReadings(page, world.api, cell.readingsOf, where)
  await seeInEveryLook(page, where, async ({ size, theme }, look) => {
    await expect.soft(sight(page, cell.sees), `${look}: its sentence`).toBeVisible()
    const file = join(folder, slug(name), `${slug(state)}--${size}-${theme}.png`)
    mkdirSync(join(file, '..'), { recursive: true })
    await page.screenshot({ path: file, animations: 'disabled' })
  })
  await expectNamed(page, cell, where)
  // The browser itself calls a refused call an error: it is one only where all should be answered.
  const own = quiet.has(state) ? errors : errors.filter((error) => !/Failed to load resource/.test(error))
  expect.soft(own, `${where}: complaints`).toEqual([])
}

const sight = (page: Page, words: string | RegExp) => page.getByText(words).filter({ visible: true }).first()

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
