import { expect, type Locator, type Page, test } from '@playwright/test'
import { signInLink, spendLink } from '../fixtures/sign-in.ts'
import { watchErrors } from '../fixtures/test.ts'
import { BrokerFormPage } from '../pages/broker-form-page.ts'
import { DestinationPage } from '../pages/destination-page.ts'
import { RunPage } from '../pages/run-page.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'

// The whole job without a mouse: nothing here clicks, hovers, or sets a focus by script.

const server = new Console({ settings: { discover: false } })
let signedIn: Awaited<ReturnType<typeof spendLink>>
test.beforeAll(async () => {
  await server.start()
  signedIn = await spendLink(await signInLink(server))
})
test.afterAll(() => server.remove())

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or jump to' })
const option = (page: Page, name: RegExp) => palette(page).getByRole('option', { name })
const main = (page: Page) => page.locator('#main')

/** Goes on with Tab until it is there, as a person would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${target} is not in the tab order`)
}

/** Opens the palette and chooses what the words find. */
async function jump(page: Page, words: string, choice: RegExp): Promise<void> {
  await page.keyboard.press('Control+k')
  // At once, as one types who knows the way.
  await page.keyboard.type(words)
  await expect(palette(page).getByRole('combobox')).toHaveValue(words)
  const wanted = option(page, choice).first()
  await expect(wanted).toBeVisible()
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await wanted.getAttribute('aria-selected')) === 'true') break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
}

test('by keyboard alone: find a dead-letter queue, read, replay, publish and find it, add a broker', async ({
  browser,
}) => {
  const context = await browser.newContext({ baseURL: server.url, storageState: signedIn })
  const page = await context.newPage()
  const errors = watchErrors(page)
  const queue = new DestinationPage(page)
  try {
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

    await test.step('the palette gives the keyboard back', async () => {
      await page.keyboard.press('Tab')
      const skip = page.getByRole('link', { name: 'Skip to the page' })
      await expect(skip).toBeFocused()
      await page.keyboard.press('Control+k')
      await expect(palette(page).getByRole('combobox')).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(palette(page)).toBeHidden()
      await expect(skip).toBeFocused()
    })

    await test.step('a dead-letter queue by its name', async () => {
      await jump(page, 'payments.dlq', /^payments\.dlq/)
      await expect(queue.heading('payments.dlq')).toBeVisible()
      await expect(page).toHaveTitle('payments.dlq · Sandbox · Signalbox')
      await expect(main(page)).toBeFocused()
    })

    await test.step('a message beside its list, and back to its row', async () => {
      await expect(queue.rows().first()).toBeVisible()
      await page.keyboard.press('j')
      const row = queue.rows().first()
      await expect(row).toBeFocused()
      await page.keyboard.press('Enter')
      await expect(queue.cause).toContainText('Came from')
      await expect(row).toBeFocused()
      await page.keyboard.press('Enter')
      await expect(queue.drawer).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(queue.drawer).toBeHidden()
      await expect(row).toBeFocused()
    })

    await test.step('the shortcuts that work here', async () => {
      await page.keyboard.press('x')
      await expect(queue.selection).toContainText('1 selected')
      await page.keyboard.press('?')
      const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
      for (const words of ['Filter the list', 'Replay the selection', 'Audit'])
        await expect(sheet.getByText(words)).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(sheet).toBeHidden()
      await expect(queue.rows().first()).toBeFocused()
    })

    await test.step('a replay', async () => {
      const sheet = page.getByRole('dialog', { name: /^Replay / })
      await page.keyboard.press('r')
      await expect(sheet).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(sheet).toBeHidden()
      await expect(queue.rows().first()).toBeFocused()
      await page.keyboard.press('r')
      await tabTo(page, sheet.getByRole('button', { name: 'Replay 1 to payments' }))
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/replays\//)
      await new RunPage(page).expectDelivered(1, 'payments')
      await expect(main(page)).toBeFocused()
    })

    const mark = `by-keyboard-${Date.now()}`
    await test.step('a message published', async () => {
      await jump(page, 'publish order-events', /^order-events/)
      const form = page.getByRole('form', { name: /^Publish to / })
      await tabTo(page, form.getByRole('button', { name: 'Text' }))
      await page.keyboard.press('Space')
      await tabTo(page, form.getByLabel('Body', { exact: true }))
      await page.keyboard.type(mark)
      await tabTo(page, form.getByRole('button', { name: /^Publish 1 to / }))
      await page.keyboard.press('Enter')
      await expect(page.getByText('Confirmed by the broker', { exact: true })).toBeVisible()
    })

    await test.step('and found', async () => {
      await tabTo(page, page.getByRole('link', { name: 'Look at it there' }))
      await page.keyboard.press('Enter')
      await expect(queue.messages).toBeVisible()
      await page.keyboard.press('/')
      await expect(page.getByLabel('Find in the messages read')).toBeFocused()
      await page.keyboard.type(mark)
      await expect(queue.rows()).toHaveCount(1)
      await tabTo(page, queue.rows().first())
      await page.keyboard.press('Enter')
      await expect(queue.drawer).toContainText(mark)
      await page.keyboard.press('Escape')
      await expect(queue.drawer).toBeHidden()
      await expect(queue.rows().first()).toBeFocused()
    })

    await test.step('times in UTC, on every page that follows', async () => {
      await page.keyboard.press('z')
      await expect(page).toHaveURL(/zone=utc/)
      await page.keyboard.press('g')
      await page.keyboard.press('a')
      await expect(page).toHaveURL(/\/audit\?zone=utc/)
      await expect(page.getByRole('button', { name: 'UTC' })).toBeVisible()
    })

    await test.step('the replay of everything, from the palette, and closed again', async () => {
      await jump(page, 'replay orders.dlq', /^orders\.dlq/)
      const sheet = page.getByRole('dialog', { name: /^Replay / })
      await expect(sheet).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(sheet).toBeHidden()
      await expect(main(page)).toBeFocused()
    })

    await test.step('an act: the worker heals, and a broker is chosen', async () => {
      await jump(page, 'heal', /^Heal the worker/)
      await page.keyboard.press('g')
      await page.keyboard.press('b')
      await expect(option(page, /^Sandbox/)).toBeVisible()
      await page.keyboard.press('Enter')
      await expect(page).toHaveURL(/\/brokers\/sandbox/)
      await expect(page.getByText('The worker is healthy')).toBeVisible()
    })

    await test.step('a broker is added, and stands in its page', async () => {
      const { ports } = await sharedBroker('rabbitmq')
      const form = new BrokerFormPage(page)
      await jump(page, 'add a broker', /^Add a broker/)
      await expect(page.getByRole('heading', { level: 1, name: 'Add a broker' })).toBeVisible()
      await tabTo(page, page.getByRole('button', { name: 'RabbitMQ', exact: true }))
      await page.keyboard.press('Enter')
      const type = async (field: Locator, text: string) => {
        await tabTo(page, field)
        await page.keyboard.type(text)
      }
      await type(form.field('AMQP address'), `127.0.0.1:${ports.amqp}`)
      await type(form.field('Management address'), `127.0.0.1:${ports.http}`)
      await type(form.field('User name'), 'guest')
      await type(form.password(), 'guest')
      await type(form.field('Name'), 'Keyed Rabbit')
      await tabTo(page, page.getByRole('button', { name: /Development/ }))
      await page.keyboard.press('Space')
      await tabTo(page, page.getByRole('button', { name: 'Test', exact: true }))
      await page.keyboard.press('Enter')
      await expect(page.getByText('Tested: it works.')).toBeVisible()
      await tabTo(page, page.getByRole('button', { name: 'Add Keyed Rabbit' }))
      await page.keyboard.press('Enter')
      await expect(page.getByRole('heading', { level: 1, name: 'Keyed Rabbit' })).toBeVisible()
      await expect(page.getByRole('table', { name: 'Destinations of Keyed Rabbit' })).toBeVisible()
      await expect(main(page)).toBeFocused()
    })
    expect(errors).toEqual([])
  } finally {
    await context.close()
  }
})
