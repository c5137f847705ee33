import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type APIRequestContext, type BrowserContext, chromium, type Page } from '@playwright/test'
import { type RunningConsole, startConsole } from './console.ts'
import { type Feel, readFeel, watchFeel } from './feel-probe.ts'
import type { Place } from './place.ts'
import type { FeelResult } from './results.ts'
import { median } from './statistics.ts'

const broker = { id: 'play', kind: 'sandbox', scenario: 'many', environment: 'development' }
const typed = 'load-0123'
const wheels = 130
const wheelGapMs = 25

/** What a person feels of a list of 10,000 rows, in the Chromium of this machine; one visit a round. */
export async function measureFeel(place: Place, rounds: number): Promise<FeelResult> {
  const console = await startConsole(place, { name: 'feel', brokers: [broker], command: 'server' })
  const total = await waitForRows(console)
  const browser = await chromium.launch({
    executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  place.onEnd(() => browser.close())
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  await signIn(console, context.request)
  // The first visit fills the caches of server and browser; it is not counted.
  await visit(context, console.url, total)
  const visits: Visit[] = []
  for (let round = 0; round < rounds; round += 1) visits.push(await visit(context, console.url, total))
  await browser.close()
  await console.stop()
  return {
    rows: total,
    firstPaintMs: visits.map((one) => one.firstPaintMs),
    keystrokeMs: visits.map((one) => median(one.keystrokesMs)),
    worstKeystrokeMs: visits.map((one) => Math.max(...one.keystrokesMs)),
    scrollTaskMs: visits.map((one) => one.scrollTaskMs),
    layoutShift: visits.map((one) => one.layoutShift),
  }
}

interface Visit {
  readonly firstPaintMs: number
  readonly keystrokesMs: readonly number[]
  /** 0: no task above 50 ms, which is all a browser reports. */
  readonly scrollTaskMs: number
  readonly layoutShift: number
}

async function waitForRows({ api }: RunningConsole): Promise<number> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(300)) {
    const path = `/brokers/${broker.id}/destinations?limit=1`
    const page = await api.get<{ total?: number }>(path).catch(() => null)
    if ((page?.total ?? 0) >= 10_000) return page?.total ?? 0
  }
  throw new Error('The sandbox does not list its 10,000 queues')
}

/** Spends the link that a first start prints, as its page does. */
export async function signIn({ url, log }: RunningConsole, request: APIRequestContext): Promise<void> {
  const token = /\/sign-in\?token=(\S+)/.exec(readFileSync(log, 'utf8'))?.[1]
  const answer = await request.post(`${url}/api/v1/sign-in`, {
    data: { token },
    headers: { origin: url },
  })
  if (!answer.ok()) throw new Error(`Signing in answered ${answer.status()}`)
}

async function visit(context: BrowserContext, url: string, total: number): Promise<Visit> {
  const page = await context.newPage()
  await page.addInitScript(watchFeel)
  await page.goto(`${url}/brokers/${broker.id}`)
  const foot = page.locator('footer [role=status]')
  await page.waitForFunction(
    (rows) => document.querySelector('footer [role=status]')?.textContent?.replace(/\D/g, '') === rows,
    String(total),
  )
  await foot.filter({ hasNotText: 'reading the rest' }).waitFor()
  // A page that has just loaded is let come to rest.
  await sleep(1_500)
  const first = await readFeel(page)
  if (first.rowsAt === null || first.dataAt === null) throw new Error('No row was ever drawn')
  await type(page)
  const keys = await readFeel(page)
  if (keys.keystrokes.length !== typed.length)
    throw new Error(`${keys.keystrokes.length} of ${typed.length} keystrokes were seen`)
  const unfiltered = keys.keystrokes.find((stroke) => !stroke.isFiltered)
  if (unfiltered) throw new Error(`The list was not filtered by "${unfiltered.text}" when it was painted`)
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await sleep(800)
  const scrollTaskMs = await scroll(page, total)
  const last = await readFeel(page)
  await page.close()
  return {
    firstPaintMs: first.rowsAt - first.dataAt,
    keystrokesMs: keys.keystrokes.map((stroke) => stroke.ms),
    scrollTaskMs,
    layoutShift: last.layoutShift,
  }
}

async function type(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter destinations' }).focus()
  for (const key of typed) {
    await page.keyboard.press(key)
    await sleep(180)
  }
}

/** By the wheel from the first row to the last; answers the longest task meanwhile. */
async function scroll(page: Page, total: number): Promise<number> {
  const table = page.getByRole('table', { name: /^Destinations of/ })
  await table.hover({ position: { x: 200, y: 200 } })
  const { now: from } = await readFeel(page)
  for (let wheel = 0; wheel < wheels; wheel += 1) {
    await page.mouse.wheel(0, Math.ceil((total * 32) / (wheels - 5)))
    await sleep(wheelGapMs)
  }
  await page.locator(`tr[data-index="${total - 1}"]`).waitFor({ timeout: 10_000 })
  const feel: Feel = await readFeel(page)
  const tasks = feel.longTasks.filter((task) => task.at >= from).map((task) => task.ms)
  return Math.max(0, ...tasks)
}
