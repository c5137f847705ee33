// Writes docs/images anew: npm run screenshots. Builds if the sources changed, starts a console of its own with the
// sandbox (a fixed seed, an empty data folder), and fails if one picture could not be taken.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, expect } from '@playwright/test'
import { signInLink, spendLink } from '../e2e/fixtures/sign-in.ts'
import { Console } from '../e2e/support/console.ts'
import { hasPage } from './screenshots/pages.ts'
import { readPng, writeIndexedPng } from './screenshots/png.ts'
import { type Shot, shots, sizes } from './screenshots/shots.ts'
import { build, isBuildFresh } from './start-support/build.mjs'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs/images')
const mostBytes = 3_000_000
/** Sparklines and rates are drawn from what was seen since the start. */
const settleMs = Number(process.env.SIGNALBOX_SCREENSHOTS_SETTLE_S ?? 90) * 1_000

const server = new Console({
  brokers: [{ id: 'sandbox', kind: 'sandbox', label: 'Sandbox', seed: 7 }],
  settings: { discover: false },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server.remove().finally(() => process.exit(1)))

type Session = Awaited<ReturnType<typeof spendLink>>

/** One picture on a fresh page; a page that complains fails it. */
async function take(browser: Browser, storageState: Session, shot: Shot): Promise<Buffer> {
  const context = await browser.newContext({
    ...sizes[shot.size],
    baseURL: server.url,
    storageState,
    colorScheme: shot.theme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  const errors: string[] = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await shot.show({ page, api: server.api })
    await expect(page.getByText(/^Loading/)).toHaveCount(0, { timeout: 30_000 })
    // Rates need two samples.
    await sleep(5_000)
    await page.mouse.move(0, 0)
    const picture = await page.screenshot({ animations: 'disabled' })
    if (errors.length > 0) throw new Error(`the page complained: ${errors.join('; ')}`)
    return picture
  } finally {
    await context.close()
  }
}

const failed: string[] = []
const absent: string[] = []
let browser: Browser | null = null
try {
  if (!isBuildFresh(root)) await build(root)
  await server.start()
  const session = await spendLink(await signInLink(server))
  browser = await chromium.launch({
    executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  mkdirSync(folder, { recursive: true })
  console.log(`waiting ${settleMs / 1_000} s for rates and sparklines`)
  await sleep(settleMs)
  for (const shot of shots) {
    if (!hasPage(shot.name)) {
      absent.push(shot.name)
      continue
    }
    try {
      const picture = writeIndexedPng(readPng(await take(browser, session, shot)))
      writeFileSync(join(folder, `${shot.name}.png`), picture)
      console.log(`${shot.name.padEnd(16)} ${Math.round(picture.length / 1_000)} kB`)
    } catch (error) {
      failed.push(`${shot.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
} finally {
  await browser?.close()
  await server.remove()
}

const wanted = new Set(shots.map(({ name }) => `${name}.png`))
const stale = readdirSync(folder).filter((name) => name.endsWith('.png') && !wanted.has(name))
for (const name of stale) rmSync(join(folder, name))
if (stale.length > 0) console.log(`removed: ${stale.join(', ')}`)
if (absent.length > 0) console.log(`NOT TAKEN, this build has no such page: ${absent.join(', ')}`)
const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
console.log(`${Math.round(bytes / 1_000)} kB in all`)
if (bytes > mostBytes) failed.push(`the pictures together have ${bytes} bytes, more than ${mostBytes}`)
if (failed.length > 0) {
  console.error(`\nFailed:\n${failed.map((line) => `  ${line}`).join('\n')}`)
  process.exit(1)
}
