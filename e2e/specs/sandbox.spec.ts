import { expect, type Page, test } from '@playwright/test'
import { signInLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { DestinationPage } from '../pages/destination-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { Console } from '../support/console.ts'

/** As the browser tells a page that its tab was left, or is seen again. */
async function turn(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((next) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => next === 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}

async function readersOf({ url, token }: Console): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const text = await (await fetch(`${url}/metrics`, { headers })).text()
  return Number(/^signalbox_live_readers (\d+)$/m.exec(text)?.[1])
}

test('a first start without configuration: sign in, fix the sandbox, watch a message leave', async ({
  browser,
}) => {
  const server = new Console({ settings: { discover: false } })
  await server.start()
  const context = await browser.newContext({ baseURL: server.url })
  const page = await context.newPage()
  const errors = watchErrors(page)
  try {
    const link = await signInLink(server)
    const signIn = new SignInPage(page)
    await signIn.open(link)
    await signIn.submit()
    const strip = page.getByRole('region', { name: 'Try it: fix the sandbox' })
    await expect(strip).toContainText('The worker is broken')
    await strip.getByRole('link', { name: 'Open payments.dlq' }).click()
    const queue = new DestinationPage(page)
    await expect(queue.heading('payments.dlq')).toBeVisible()
    await queue.look()
    await expect(queue.rows()).not.toHaveCount(0)
    await queue.rows().first().getByRole('cell').nth(1).click()
    await expect(queue.cause).toContainText('Came from')
    await expect(queue.cause).toContainText('payments')
    await queue.closeMessage()

    await page.getByRole('navigation', { name: 'Brokers' }).getByRole('link', { name: 'Sandbox' }).click()
    await page.getByRole('button', { name: 'Heal the worker' }).click()
    await expect(page.getByText('The worker is healthy')).toBeVisible()

    const inbox = new DeadLettersPage(page)
    await inbox.goto()
    const healed = await inbox.open('payments.dlq')
    await healed.look()
    const row = healed.rows().first()
    const id = row.getByRole('cell').filter({ hasText: /^[\w.]+-\d+$/ })
    const order = (await id.first().textContent()) ?? ''
    expect(order).not.toBe('')
    await row.getByRole('checkbox').check()
    const run = await healed.replay(1, 'payments')
    await run.expectDelivered(1, 'payments')

    // The worker is healthy: what went back to it stays away from the dead letters.
    await page.goBack()
    await healed.look()
    await expect(healed.row(new RegExp(`${order}(?!\\d)`))).toHaveCount(0)
    await page.goto('/')
    await expect(strip.getByText('(done)')).toHaveCount(4)
    expect(errors).toEqual([])

    // Nobody looks: the stream rests, and goes on when somebody does.
    await expect.poll(() => readersOf(server)).toBe(1)
    await turn(page, 'hidden')
    await expect.poll(() => readersOf(server)).toBe(0)
    await turn(page, 'visible')
    await expect.poll(() => readersOf(server)).toBe(1)

    // The link was spent by its button.
    await context.clearCookies()
    await signIn.open(link)
    await signIn.press()
    await expect(page.getByRole('alert').filter({ hasText: 'used already' })).toBeVisible()
  } finally {
    await context.close()
    await server.remove()
  }
})
