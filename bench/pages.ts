import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type BrowserContext, chromium, request } from '@playwright/test'
import { measureBundles } from '../scripts/bundle-sizes.ts'
import { findFreePort, type RunningConsole, startConsole, token } from './console.ts'
import { signIn } from './feel.ts'
import type { Place } from './place.ts'
import type { LighthouseRound, PageResult, PagesResult } from './results.ts'

/**
 * Fetched by npx when it is measured with, never a dependency: it would make the first `npm start` of every clone
 * slower by a hundred packages that nothing else needs.
 */
const lighthouse = 'lighthouse@13.5.0'
const screen = { width: 1440, height: 900 }
const destination = 'orders'

/** Scores of the main pages and what all pages load, of a console with its sandbox and a person signed in. */
export async function measurePages(place: Place, rounds: number): Promise<PagesResult> {
  const console = await startConsole(place, { name: 'pages', brokers: [], command: 'server' })
  const id = await console.api.findDestination('sandbox', destination)
  // Asks for every page once: what the server does at a first visit only is not measured below.
  const { pages: bundles, shellKB } = await measureBundles(console.url, token)
  const cookies = await readCookies(console)
  const pages: PageResult[] = []
  for (const [label, path] of [
    ['overview', '/'],
    ['broker', '/brokers/sandbox'],
    ['destination', `/brokers/sandbox/destinations/${encodeURIComponent(id)}`],
    ['dead letters', '/dead-letters'],
  ] as const) {
    const measured: LighthouseRound[] = []
    for (let round = 0; round < rounds; round += 1)
      measured.push(await runLighthouse(place, `${console.url}${path}`, cookies))
    pages.push({ label, rounds: measured })
  }
  await console.stop()
  return { lighthouse, pages, shellKB, bundles: bundles.map(({ page, kB }) => ({ page, kB })) }
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

async function readCookies(console: RunningConsole): Promise<Cookies> {
  const context = await request.newContext()
  await signIn(console, context)
  const { cookies } = await context.storageState()
  await context.dispose()
  return cookies
}

interface Report {
  readonly finalDisplayedUrl: string
  readonly runtimeError?: { readonly message: string }
  readonly categories: Readonly<
    Record<'performance' | 'accessibility', Category & { readonly score: number | null }>
  >
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly numericValue?: number }>>
}
interface Category {
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[]
}

/** One visit with a browser of its own, which is ours to end: Lighthouse would leave its own behind when stopped. */
async function runLighthouse(place: Place, address: string, cookies: Cookies): Promise<LighthouseRound> {
  const port = await findFreePort()
  const profile = mkdtempSync(join(place.folder, 'profile-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', `--remote-debugging-port=${port}`],
  })
  place.onEnd(() => browser.close())
  // Not by --extra-headers: a worker does not send those, and the live stream of the pages is one's.
  await browser.addCookies(cookies)
  const file = join(place.folder, 'lighthouse.json')
  const args = [
    ...['--yes', lighthouse, address, `--port=${port}`, '--quiet', '--preset=desktop'],
    ...[`--screenEmulation.width=${screen.width}`, `--screenEmulation.height=${screen.height}`],
    ...['--only-categories=performance,accessibility', '--output=json', `--output-path=${file}`],
  ]
  // npx runs under the Node found first, and Lighthouse asks for a newer one than may be installed.
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  await promisify(execFile)('npx', args, { env: { ...process.env, PATH }, signal: place.signal })
  await browser.close()
  const report: Report = JSON.parse(readFileSync(file, 'utf8'))
  if (report.runtimeError) throw new Error(`Lighthouse on ${address}: ${report.runtimeError.message}`)
  if (report.finalDisplayedUrl !== address)
    throw new Error(`Lighthouse was led from ${address} to ${report.finalDisplayedUrl}`)
  return readRound(report)
}

function readRound({ categories, audits }: Report): LighthouseRound {
  const value = (audit: string) => audits[audit]?.numericValue ?? Number.NaN
  const score = (category: 'performance' | 'accessibility') => {
    const { score: share } = categories[category]
    return share === null ? Number.NaN : Math.round(share * 100)
  }
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    firstPaintMs: value('first-contentful-paint'),
    largestPaintMs: value('largest-contentful-paint'),
    blockingMs: value('total-blocking-time'),
    layoutShift: value('cumulative-layout-shift'),
    inaccessible: categories.accessibility.auditRefs
      .filter(({ id, weight }) => weight > 0 && audits[id]?.score === 0)
      .map(({ id }) => id),
  }
}
