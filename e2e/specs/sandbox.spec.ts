import { expect, test } from '@playwright/test'
import { signInLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { Console } from '../support/console.ts'

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
    await expect(page.getByRole('region', { name: 'Try it: fix the sandbox' })).toBeVisible()

    const inbox = new DeadLettersPage(page)
    await inbox.goto()
    const queue = await inbox.open('orders.dlq')
    await queue.look()
    await expect(queue.rows()).not.toHaveCount(0)
    await queue.rows().first().getByRole('cell').nth(1).click()
    await expect(queue.cause).toContainText('Came from')
    await expect(queue.cause).toContainText('orders')
    await queue.closeMessage()

    await page.getByRole('navigation', { name: 'Brokers' }).getByRole('link', { name: 'Sandbox' }).click()
    await page.getByRole('button', { name: 'Heal the worker' }).click()
    await expect(page.getByText('The worker is healthy')).toBeVisible()

    await inbox.goto()
    const healed = await inbox.open('orders.dlq')
    await healed.look()
    const row = healed.rows().first()
    const order = /order\.created-\d+/.exec((await row.textContent()) ?? '')?.[0] ?? ''
    expect(order).not.toBe('')
    await row.getByRole('checkbox').check()
    const run = await healed.replay(1, 'orders')
    await run.expectDelivered(1, 'orders')

    // The worker is healthy: what went back to it stays away from the dead letters.
    await page.goBack()
    await healed.look()
    await expect(healed.row(new RegExp(`${order}(?!\\d)`))).toHaveCount(0)
    await page.goto('/')
    const strip = page.getByRole('region', { name: 'Try it: fix the sandbox' })
    await expect(strip.getByText('(done)')).toHaveCount(4)
    expect(errors).toEqual([])

    // The link was spent by its button.
    await context.clearCookies()
    await signIn.open(link)
    await signIn.press()
    await expect(page.getByRole('alert')).toContainText('used already')
  } finally {
    await context.close()
    await server.remove()
  }
})
