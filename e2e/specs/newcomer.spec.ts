import { expect, test } from '@playwright/test'
import { signInLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import { Console } from '../support/console.ts'

const limitMs = 60_000

/** Only what a person reads on the screen: no test ids, and no address but the printed one. */
test('from the printed link to a replayed message in under a minute, then through the fix', async ({
  browser,
}) => {
  test.setTimeout(150_000)
  const server = new Console()
  await server.start()
  const context = await browser.newContext()
  const page = await context.newPage()
  const errors = watchErrors(page)
  const laps: string[] = []
  const link = await signInLink(server)
  const startedMs = Date.now()
  const lap = (what: string) => laps.push(`${what} ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
  const strip = page.getByRole('region', { name: 'Try it: fix the sandbox' })
  // The sentence above the list names the cause too.
  const letter = () => page.getByRole('table').getByText('CardDeclinedError').first()
  const ticks = (count: number) => expect(strip.getByText('(done)')).toHaveCount(count)
  const replayOne = async () => {
    await page.getByRole('button', { name: /^Replay this one to payments/ }).click()
    await page
      .getByRole('dialog', { name: 'Replay 1 message' })
      .getByRole('button', { name: 'Replay 1 to payments' })
      .click()
    await expect(page.getByText(/^delivered to payments/i)).toBeVisible({ timeout: 30_000 })
  }
  try {
    await page.goto(link)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await strip.getByRole('link', { name: 'Open payments.dlq' }).click()
    lap('queue open')
    await letter().click()
    await expect(page.getByText('Came from')).toBeVisible()
    await expect(page.getByText(/Gateway nova declined the card/).first()).toBeVisible()
    await ticks(2)
    lap('cause read')
    await replayOne()
    lap('replayed')
    expect(Date.now() - startedMs, laps.join(', ')).toBeLessThan(limitMs)

    // The worker is still broken: what was sent back to it comes back, and the page says so.
    await expect(strip).toContainText(/\d+ messages? came back to payments\.dlq\. Heal the worker/, {
      timeout: 30_000,
    })
    await ticks(3)
    lap('came back')
    await strip.getByRole('button', { name: 'Heal the worker' }).click()
    await expect(strip.getByText('The worker is healthy')).toBeVisible()
    await strip.getByRole('link', { name: 'Replay' }).click()
    await letter().click()
    await replayOne()
    await expect(strip).toContainText('It left and stayed away', { timeout: 30_000 })
    await ticks(4)
    lap('left for good')

    await strip.getByRole('button', { name: 'Dismiss' }).click()
    await expect(strip).toBeHidden()
    await page.reload()
    await expect(page.getByText(/^delivered to payments/i)).toBeVisible()
    await expect(strip).toBeHidden()
    expect(errors).toEqual([])
  } finally {
    console.log(`newcomer: ${laps.join(', ')}`)
    await context.close()
    await server.remove()
  }
})
