import { connect } from 'amqplib'
import { orders, uniqueName } from '../fixtures/orders.ts'
import { expect, test } from '../fixtures/test.ts'
import { BackupsPage } from '../pages/backups-page.ts'
import { BrokerPage } from '../pages/broker-page.ts'
import { sharedBroker } from '../support/brokers.ts'

test('a purge asks for the name, keeps a backup, and the backup puts everything back in order', async ({
  page,
}) => {
  const { urls } = await sharedBroker('rabbitmq')
  const connection = await connect(urls.amqp ?? '')
  const channel = await connection.createConfirmChannel()
  const queue = `${uniqueName('purge')}.orders`
  await channel.assertQueue(queue, { durable: true })
  try {
    for (const { id, body } of orders)
      channel.sendToQueue(queue, body, { persistent: true, messageId: id, headers: { trace: id } })
    await channel.waitForConfirms()

    const broker = new BrokerPage(page)
    await broker.goto('Shop RabbitMQ')
    const destination = await broker.open(queue)
    await destination.purge(queue)
    const dialog = page.getByRole('dialog', { name: 'Purged' })
    await expect(dialog.getByRole('status')).toContainText(`10 removed from ${queue}`)
    expect((await channel.checkQueue(queue)).messageCount).toBe(0)
    await dialog.getByRole('button', { name: 'Close' }).last().click()

    const backups = new BackupsPage(page)
    await backups.goto()
    await backups.restore(queue, 10)
    for (const { id, body } of orders) {
      const message = await channel.get(queue, { noAck: true })
      if (!message) throw new Error(`${id} did not come back`)
      expect(message.properties.messageId).toBe(id)
      expect(message.content.equals(body)).toBe(true)
      expect(message.properties.headers?.trace).toBe(id)
    }
    // A second restore would double the messages.
    await expect(page.getByRole('button', { name: `Restore ${queue}` })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
  } finally {
    await channel.deleteQueue(queue)
    await connection.close()
  }
})
