import { createServer, type Server } from 'node:net'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { signInLink, spendLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import { BrokerFormPage } from '../pages/broker-form-page.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'
import { newName, places } from '../support/places/index.ts'
import type { Place } from '../support/places/place.ts'

let server: Console
let state: Awaited<ReturnType<typeof spendLink>>
let place: Place
let queue = ''
let amqp = ''
let management = ''
let door: Server | null = null

test.beforeAll(async () => {
  // Something on the standard port of Redis: what is found there is never spoken to here.
  door = await new Promise((resolve) => {
    const one = createServer((socket) => socket.destroy())
    one.once('error', () => resolve(null))
    one.listen(6379, '127.0.0.1', () => resolve(one))
  })
  const { ports } = await sharedBroker('rabbitmq')
  amqp = `127.0.0.1:${ports.amqp}`
  management = `127.0.0.1:${ports.http}`
  const open = places['RabbitMQ classic queue']
  if (!open) throw new Error('no place for a queue')
  place = await open()
  queue = newName('added')
  await place.create(queue)
  server = new Console({ settings: { discover: true, sandbox: true } })
  await server.start()
  state = await spendLink(await signInLink(server))
})
test.afterAll(async () => {
  await server?.remove()
  door?.close()
  await place?.remove(queue)
  await place?.close()
})

async function visit(
  browser: Browser,
  work: (page: Page) => Promise<void>,
  viewport = { width: 1440, height: 900 },
): Promise<void> {
  const context = await browser.newContext({ baseURL: server.url, storageState: state, viewport })
  const page = await context.newPage()
  const errors = watchErrors(page)
  try {
    await work(page)
    // A refused form is told by the server, and the browser reports that answer.
    expect(errors.filter((error) => !/status of 400/.test(error))).toEqual([])
  } finally {
    await context.close()
  }
}

test('from a typed address to its first queue, by visible labels alone', async ({ browser }) => {
  await visit(browser, async (page) => {
    const form = new BrokerFormPage(page)
    await form.goto()
    await form.choose('RabbitMQ')
    await form.field('AMQP address').fill(amqp)
    await form.field('Management address').fill(management)
    await form.field('User name').fill('guest')
    await form.password().fill('not-the-password')
    await form.test()
    const refused = form.step('AMQP', 'Sign-in')
    await expect(refused).toContainText('failed')
    await expect(refused).toContainText('ACCESS')
    await expect(refused).toContainText('Fix: Check both')
    await expect(page.getByRole('status').filter({ hasText: 'steps failed' })).toBeVisible()

    await form.password().fill('guest')
    await expect(page.getByText('Changed since the test.')).toBeVisible()
    await form.test()
    await expect(form.step('The broker', 'Version')).toContainText('RabbitMQ')
    await expect(page.getByText('Tested: it works.')).toBeVisible()

    await form.field('Name').fill('Typed Rabbit')
    await expect(form.field('Id')).toHaveValue('typed-rabbit')
    // No environment is assumed: without one it is not added, and says so where it is missing.
    await form.save('Add Typed Rabbit')
    await expect(page.getByRole('alert').filter({ hasText: 'Say which environment it is' })).toBeVisible()
    await form.choose('prod Production')
    await expect(page.getByRole('button', { name: 'Read-only' })).toHaveAttribute('aria-pressed', 'true')
    await form.save('Add Typed Rabbit')
    await expect(page.getByRole('heading', { level: 1, name: 'Typed Rabbit' })).toBeVisible()
    await page.getByPlaceholder('Filter by name').fill(queue)
    await expect(page.getByRole('link', { name: queue, exact: true })).toBeVisible()
    await expect(
      page.getByRole('navigation', { name: 'Brokers' }).getByRole('link', { name: 'Typed Rabbit' }),
    ).toBeVisible()
  })
})

test('it is edited without its password being shown, and removed by its name', async ({ browser }) => {
  await visit(browser, async (page) => {
    await page.goto('/')
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('link', { name: 'Edit the settings of Typed Rabbit' }).click()
    const form = new BrokerFormPage(page)
    await expect(form.field('AMQP address')).toHaveValue(amqp)
    await expect(form.password()).toHaveValue('')
    await expect(page.getByText('Leave blank to keep the stored one.')).toBeVisible()
    await form.field('Name').fill('Renamed Rabbit')
    await form.save('Save')
    await expect(page.getByRole('heading', { level: 1, name: 'Renamed Rabbit' })).toBeVisible()

    await page.goto('/settings')
    await page.getByRole('button', { name: 'Remove Renamed Rabbit' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('Renamed Rabbit')
    await dialog.getByRole('button', { name: 'Remove Renamed Rabbit' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('Renamed Rabbit')).toHaveCount(0)
  })
})

test('what was found leads to the form with its address, on a phone by the keyboard alone', async ({
  browser,
}) => {
  await visit(
    browser,
    async (page) => {
      await page.goto('/')
      await page.getByRole('link', { name: 'Connect Redis on this machine' }).focus()
      await page.keyboard.press('Enter')
      const form = new BrokerFormPage(page)
      await expect(form.field('Address')).toHaveValue('127.0.0.1:6379')
      await form.field('Name').focus()
      await page.keyboard.type('Found Redis')
      await page.keyboard.press('Tab')
      await expect(form.field('Id')).toBeFocused()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('button', { name: /Staging/ })).toHaveAttribute('aria-pressed', 'true')
      await expect(page.getByRole('button', { name: 'Read-write' })).toHaveAttribute('aria-pressed', 'true')
    },
    { width: 390, height: 844 },
  )
})
