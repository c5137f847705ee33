import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/test.ts'
import { DestinationPage } from '../pages/destination-page.ts'
import type { Api } from '../support/api.ts'

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

/** Every page that has an address, on brokers of each kind. */
async function listPages(api: Api): Promise<Readonly<Record<string, string>>> {
  const [orders, dlq, events, group] = await Promise.all([
    api.destination('sandbox', 'orders'),
    api.destination('sandbox', 'orders.dlq'),
    api.destination('sandbox', 'order-events'),
    api.get<{ items: { id: string }[] }>('/brokers/sandbox/groups?limit=1'),
  ])
  const destination = (id: string) => `/brokers/sandbox/destinations/${encodeURIComponent(id)}`
  return {
    overview: '/',
    'dead letters': '/dead-letters',
    replays: '/replays',
    backups: '/backups',
    audit: '/audit',
    'RabbitMQ broker': '/brokers/shop-rabbit',
    'Kafka broker': '/brokers/shop-events',
    'Redis groups': '/brokers/shop-redis?tab=groups',
    group: `/brokers/sandbox/groups/${encodeURIComponent(group.items[0]?.id ?? '')}`,
    queue: destination(dlq.id),
    topic: destination(events.id),
    settings: `${destination(orders.id)}?tab=settings`,
    publish: `${destination(orders.id)}?tab=publish`,
    'add a broker': '/brokers/new?kind=rabbitmq',
    'a broker of the file': '/brokers/shop-rabbit/edit',
    'console settings': '/settings',
    'no such broker': '/brokers/nowhere',
  }
}

for (const [size, viewport] of Object.entries(sizes))
  for (const colorScheme of ['light', 'dark'] as const)
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('every page fits, is readable and complains of nothing', async ({ page, api }) => {
        for (const [name, path] of Object.entries(await listPages(api)))
          await test.step(name, async () => {
            await page.goto(path)
            await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
            await expect(page.getByText(/^Loading/)).toHaveCount(0)
            await expectFit(page, name)
          })
      })

      test('a message, its selection and the replay sheet fit and are readable', async ({ page, api }) => {
        const dlq = await api.destination('sandbox', 'orders.dlq')
        await page.goto(`/brokers/sandbox/destinations/${encodeURIComponent(dlq.id)}`)
        const queue = new DestinationPage(page)
        await queue.look()
        await queue.rows().first().getByRole('cell').nth(1).click()
        await expect(queue.cause).toBeVisible()
        await expectFit(page, 'message')
        await page.keyboard.press('Escape')
        await expect(queue.drawer).toBeHidden()
        await queue.rows().nth(1).getByRole('checkbox').check()
        await queue.selection.getByRole('button', { name: /^Replay 1/ }).click()
        await expect(page.getByRole('dialog', { name: /^Replay / })).toBeVisible()
        await expectFit(page, 'replay sheet')
      })
    })

async function expectFit(page: Page, name: string): Promise<void> {
  const measure = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  // What slides in is outside for a moment.
  await expect.soft
    .poll(measure, { message: `${name} scrolls sideways`, timeout: 2_000 })
    .toBeLessThanOrEqual(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  expect.soft(serious, name).toEqual([])
}
