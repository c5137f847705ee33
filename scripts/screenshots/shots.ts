import { expect, type Page } from '@playwright/test'
import { DestinationPage } from '../../e2e/pages/destination-page.ts'
import { RunPage } from '../../e2e/pages/run-page.ts'
import type { Api } from '../../e2e/support/api.ts'

export interface Stage {
  readonly page: Page
  readonly api: Api
}

export interface Shot {
  /** The file in docs/images, without its ending. */
  readonly name: string
  readonly theme: 'light' | 'dark'
  readonly size: 'desktop' | 'phone'
  /** Brings the page to where the picture is taken; throws when it does not get there. */
  show(stage: Stage): Promise<void>
}

export const sizes = {
  desktop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
} as const

const destination = (id: string) => `/brokers/sandbox/destinations/${encodeURIComponent(id)}`
const heading = (page: Page, name?: string | RegExp) =>
  page.getByRole('heading', { level: 1, ...(name === undefined ? {} : { name }) })

const order = JSON.stringify({ orderId: 'ord-0042', customerId: 'cus-7', totalCents: 12_900 }, null, 2)

async function openQueue({ page, api }: Stage, name: string): Promise<DestinationPage> {
  const { id } = await api.destination('sandbox', name)
  await page.goto(destination(id))
  const queue = new DestinationPage(page)
  await queue.heading(name).waitFor()
  await queue.look()
  await expect(queue.rows()).not.toHaveCount(0)
  return queue
}

/** A message whose cause the framework that gave up wrote into its headers. */
async function showMessage(stage: Stage): Promise<void> {
  const queue = await openQueue(stage, 'orders.dlq')
  const told = queue.row('NoCarrierException').first()
  await told.getByRole('cell').nth(1).click()
  await expect(queue.cause).toContainText('Came from')
}

/** Three of what waits, ticked, and the sheet after its dry run. */
async function planReplay(stage: Stage): Promise<void> {
  const queue = await openQueue(stage, 'payments.dlq')
  for (const at of [0, 1, 2]) await queue.rows().nth(at).getByRole('checkbox').check()
  await queue.selection.getByRole('button', { name: 'Replay 3 to payments' }).click()
  const sheet = stage.page.getByRole('dialog', { name: /^Replay / })
  await sheet.getByRole('button', { name: 'Dry run' }).click()
  await expect(sheet.getByRole('status')).toContainText('nothing was sent')
}

async function healWorker({ page }: Stage): Promise<void> {
  await page.goto('/brokers/sandbox')
  await page.getByRole('button', { name: 'Heal the worker' }).click()
  await expect(page.getByText('The worker is healthy')).toBeVisible()
}

/** In this order, on one console: the replay comes late, since it changes what the others show. */
export const shots: readonly Shot[] = [
  {
    name: 'overview',
    theme: 'light',
    size: 'desktop',
    show: async ({ page }) => {
      await page.goto('/')
      await expect(page.getByRole('region', { name: 'Try it: fix the sandbox' })).toBeVisible()
      await expect(page.getByRole('link', { name: /Triage/ }).first()).toBeVisible()
    },
  },
  {
    name: 'overview-phone',
    theme: 'light',
    size: 'phone',
    show: async ({ page }) => {
      await page.goto('/')
      await heading(page).waitFor({ state: 'attached' })
    },
  },
  {
    name: 'broker',
    theme: 'dark',
    size: 'desktop',
    show: async ({ page }) => {
      await page.goto('/brokers/sandbox')
      await heading(page, 'Sandbox').waitFor()
      await expect(page.getByRole('link', { name: 'orders.dlq', exact: true }).first()).toBeVisible()
    },
  },
  { name: 'message', theme: 'dark', size: 'desktop', show: showMessage },
  { name: 'message-phone', theme: 'dark', size: 'phone', show: showMessage },
  {
    name: 'group',
    theme: 'light',
    size: 'desktop',
    show: async ({ page, api }) => {
      const { items } = await api.get<{ items: { id: string; name: string }[] }>('/brokers/sandbox/groups')
      const group = items.find(({ name }) => name === 'inventory')
      if (!group) throw new Error('the sandbox has no group inventory')
      await page.goto(`/brokers/sandbox/groups/${encodeURIComponent(group.id)}`)
      await heading(page, 'inventory').waitFor()
    },
  },
  {
    name: 'dead-letters',
    theme: 'light',
    size: 'desktop',
    show: async ({ page }) => {
      await page.goto('/dead-letters')
      await expect(page.getByRole('link', { name: 'payments.dlq', exact: true }).first()).toBeVisible()
    },
  },
  {
    name: 'publish',
    theme: 'light',
    size: 'desktop',
    show: async ({ page, api }) => {
      const { id } = await api.destination('sandbox', 'orders')
      await page.goto(`${destination(id)}?tab=publish`)
      const form = page.getByRole('form', { name: /^Publish to / })
      await form.getByLabel('Body', { exact: true }).fill(order)
    },
  },
  {
    name: 'add-broker',
    theme: 'light',
    size: 'desktop',
    show: async ({ page }) => {
      await page.goto('/brokers/new')
      await page.getByRole('button', { name: 'RabbitMQ', exact: true }).click()
      const address = (label: string) => page.getByRole('textbox', { name: label })
      // Nothing listens there: the steps say so, and what to do.
      await address('AMQP address').fill('127.0.0.1:9')
      await address('Management address').fill('127.0.0.1:9')
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await expect(page.getByRole('status').filter({ hasText: 'failed' })).toBeVisible({ timeout: 30_000 })
    },
  },
  {
    name: 'replay-plan',
    theme: 'light',
    size: 'desktop',
    show: async (stage) => {
      await healWorker(stage)
      await planReplay(stage)
    },
  },
  {
    name: 'replay',
    theme: 'light',
    size: 'desktop',
    show: async (stage) => {
      await planReplay(stage)
      const sheet = stage.page.getByRole('dialog', { name: /^Replay / })
      await sheet.getByRole('button', { name: 'Replay 3 to payments' }).click()
      await stage.page.waitForURL(/\/replays\//)
      await new RunPage(stage.page).expectDelivered(3, 'payments')
    },
  },
]
