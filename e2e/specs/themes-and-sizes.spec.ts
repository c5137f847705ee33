import { expect, test } from '../fixtures/test.ts'
import { firstLook, seeInEveryLook, takeLook } from '../screens/looks.ts'

/** What real brokers of each kind fill; every other page and state is seen in `e2e/screens`. */
const pages = {
  'RabbitMQ broker': '/brokers/shop-rabbit',
  'RabbitMQ nodes': '/brokers/shop-rabbit?tab=nodes',
  'RabbitMQ connections': '/brokers/shop-rabbit?tab=connections',
  'Kafka broker': '/brokers/shop-events',
  'Kafka groups': '/brokers/shop-events?tab=groups',
  'Kafka nodes': '/brokers/shop-events?tab=nodes',
  'Redis broker': '/brokers/shop-redis',
  'Redis groups': '/brokers/shop-redis?tab=groups',
  'a broker of the file': '/brokers/shop-rabbit/edit',
}

for (const [name, path] of Object.entries(pages))
  test(`${name}: fits and is readable in every size and theme`, async ({ page }) => {
    await takeLook(page, firstLook)
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
    await expect(page.getByText(/^Loading/)).toHaveCount(0)
    await seeInEveryLook(page, name)
  })
