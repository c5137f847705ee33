import { afterAll, beforeAll, expect, test } from 'vitest'
import { budgets, formatSizes, measureBundles, overBudget } from '../../scripts/bundle-sizes.ts'
import { Console } from '../support/console.ts'

const server = new Console({ settings: { discover: false } })
beforeAll(() => server.start())
afterAll(() => server.remove())

test(`the shell is at most ${budgets.shell} kB of JavaScript, any page ${budgets.page}`, async () => {
  const sizes = await measureBundles(server.url, server.token)
  console.log(formatSizes(sizes))
  // A page that named no script was not measured.
  expect(sizes.pages.length).toBeGreaterThan(9)
  for (const { page, kB } of sizes.pages) expect(kB, page).toBeGreaterThan(100)
  expect(overBudget(sizes)).toEqual([])
})
