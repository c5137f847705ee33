import { connect, createServer, type Server, type Socket } from 'node:net'
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
let doors: readonly (Server | null)[] = []

test.beforeAll(async () => {
  const { ports } = await sharedBroker('rabbitmq')
  // What discovery finds: the test's RabbitMQ behind its standard ports, and a Redis that is never spoken to.
  // A port that is taken here is found all the same.
  doors = await Promise.all([
    openDoor(6379, (socket) => socket.destroy()),
    openDoor(5672, (socket) => pipeTo(socket, ports.amqp)),
    openDoor(15672, (socket) => pipeTo(socket, ports.http)),
  ])
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
  for (const door of doors) door?.close()
  await place?.remove(queue)
  await place?.close()
})

function openDoor(port: number, onSocket: (socket: Socket) => void): Promise<Server | null> {
  return new Promise((resolve) => {
    const door = createServer(onSocket)
    door.once('error', () => resolve(null))
    door.listen(port, '127.0.0.1', () => resolve(door))
  })
}

function pipeTo(socket: Socket, port: number | undefined): void {
  const inner = connect(port ?? 0, '127.0.0.1')
  const end = () => {
    socket.destroy()
    inner.destroy()
  }
  for (const one of [socket, inner]) one.on('error', end).on('close', end)
  socket.pipe(inner).pipe(socket)
}

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

test('from a found RabbitMQ to its first listed queue, by visible labels alone', async ({ browser }) => {
  const isOurs = doors[1] !== null && doors[2] !== null
  await visit(browser, async (page) => {
    const form = new BrokerFormPage(page)
    const startedAt = Date.now()
    await page.goto('/')
    await page.getByRole('link', { name: 'Connect RabbitMQ on this machine' }).click()
    await expect(form.field('AMQP address')).toHaveValue('127.0.0.1:5672')
    await expect(form.field('Management address')).toHaveValue('127.0.0.1:15672')
    if (!isOurs) {
      // Another server stands on the standard port of this machine: it is none of ours to sign in to.
      await form.field('AMQP address').fill(amqp)
      await form.field('Management address').fill(management)
    }
    await form.field('User name').fill('guest')
    await form.password().fill('guest')
    await form.test()
    await expect(page.getByText('Tested: it works.')).toBeVisible()
    await form.field('Name').fill('Found Rabbit')
    await form.choose('dev Development')
    await form.save('Add Found Rabbit')
    await expect(page.getByRole('heading', { level: 1, name: 'Found Rabbit' })).toBeVisible()
    await expect(page.getByRole('link', { name: queue, exact: true })).toBeVisible()
    console.log(
      `from a found RabbitMQ to its first queue: ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`,
    )
    if (isOurs) {
      await page.goto('/')
      await expect(page.getByRole('link', { name: 'Connect RabbitMQ on this machine' })).toHaveCount(0)
    }
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
