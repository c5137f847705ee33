// Takes the README's screenshot from a running console: npm start, then, with the link it or `npm run sign-in`
// printed: node_modules/.bin/node scripts/screenshots.ts <link>. The sandbox has to be among its brokers.
import { join } from 'node:path'
import { chromium } from '@playwright/test'

const link = process.argv[2]
if (link === undefined || !URL.canParse(link)) {
  console.error('usage: node scripts/screenshots.ts <sign-in link>')
  process.exit(64)
}
const folder = join(import.meta.dirname, '../docs/images')
const browser = await chromium.launch({
  executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' })
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(new URL('/', link).href)
  await page.goto(new URL('/dead-letters', link).href)
  await page.getByRole('link', { name: 'orders.dlq' }).first().click()
  await page.getByText('NoCarrierException').first().click()
  await page.getByText('Came from').waitFor()
  // Rates need two samples, and animations an end.
  await page.waitForTimeout(8_000)
  await page.screenshot({ path: join(folder, 'dead-letter.png') })
} finally {
  await browser.close()
}
