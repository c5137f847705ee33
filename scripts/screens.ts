// Every page in every state as pictures: `npm run screens` opens them all (e2e/screens), then lays them out as contact
// sheets in docs/screens. `npm run screens -- --sheets` lays out the pictures of the last run alone.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'

const root = resolve(import.meta.dirname, '..')
const pictures = join(root, 'test-results/screens')
const sheets = join(root, 'docs/screens')
const looks = ['desktop-light', 'desktop-dark', 'phone-light', 'phone-dark'] as const
const order = 'full empty loading partial stale failed forbidden 10-000-rows hostile-names'.split(' ')
/** CSS pixels: all four looks of a state stand beside each other in one row of this height. */
const tileHeight = 168

let status = 0
if (!process.argv.includes('--sheets')) {
  const env = { ...process.env, SIGNALBOX_ONLY_SCREENS: '1' }
  const run = spawnSync('playwright', ['test', 'e2e/screens'], { cwd: root, env, stdio: 'inherit' })
  status = run.status ?? 1
}
if (!existsSync(pictures)) {
  console.error(`There are no pictures in ${pictures}.`)
  process.exit(status === 0 ? 1 : status)
}
await writeSheets()
process.exit(status)

/** The states of a screen in the order of the table, then its further looks. */
function statesOf(screen: string): readonly string[] {
  const names = readdirSync(join(pictures, screen)).filter((file) => file.endsWith('.png'))
  const rank = (state: string) => (order.includes(state) ? order.indexOf(state) : order.length)
  const all = [...new Set(names.map((name) => name.replace(/--.*$/, '')))]
  return all.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

function sheetOf(screen: string): string {
  const rows = statesOf(screen).map((state) => {
    const tiles = looks.map((look) => `<img src="${screen}/${state}--${look}.png" alt="">`).join('')
    return `<figure><figcaption>${state.replaceAll('-', ' ')}</figcaption><div>${tiles}</div></figure>`
  })
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 12px; width: max-content; background: #fff; font: 11px sans-serif; color: #333 }
    figure { margin: 0 0 10px } figcaption { margin-bottom: 3px; font-weight: 600 }
    div { display: flex; gap: 8px } img { height: ${tileHeight}px; outline: 1px solid #ccc }
  </style>${rows.join('')}`
}

async function writeSheets(): Promise<void> {
  rmSync(sheets, { recursive: true, force: true })
  mkdirSync(sheets, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
  const screens = readdirSync(pictures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  for (const screen of screens) {
    const file = join(pictures, `${screen}.html`)
    writeFileSync(file, sheetOf(screen))
    await page.goto(pathToFileURL(file).href)
    await page.locator('body').screenshot({ path: join(sheets, `${screen}.png`), animations: 'disabled' })
  }
  await browser.close()
  writeFileSync(join(sheets, 'index.md'), indexOf(screens))
}

function indexOf(screens: readonly string[]): string {
  const parts = screens.map((screen) => {
    const title = screen.replaceAll('-', ' ')
    return `## ${title}\n\n${statesOf(screen)
      .map((state) => state.replaceAll('-', ' '))
      .join(', ')}.\n\n![${title}](${screen}.png)`
  })
  return `# Screens

Every page in every state it can be in: 1440×900 and 390×844, light and dark. Written by \`npm run screens\` from the
browser tests in \`e2e/screens\`, which fail when a page scrolls sideways, draws outside the screen, complains in the
console, breaks WCAG 2 A or AA, or has no entry in their table.

${parts.join('\n\n')}
`
}
