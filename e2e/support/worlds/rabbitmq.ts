import { type ChannelModel, type ConsumeMessage, connect, type GetMessage } from 'amqplib'
import { type OpenWorld, replayIdHeader } from './world.ts'

/** Durable classic queues; the worker's rejects go by the broker's own dead-lettering. */
export const openRabbitmqWorld: OpenWorld = async (instance, name) => {
  const { amqp, http, prometheus } = instance.urls
  if (!amqp || !http || !prometheus) throw new Error('the RabbitMQ instance names no addresses')
  const [origin, deadLetters] = [`${name}.orders`, `${name}.orders.dlq`]
  const declare = async (connection: ChannelModel) => {
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue(deadLetters, { durable: true })
    await channel.assertQueue(origin, {
      durable: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: deadLetters,
    })
    return channel
  }
  const withChannel = async <T>(
    work: (channel: Awaited<ReturnType<typeof declare>>) => Promise<T>,
  ): Promise<T> => {
    const connection = await connect(amqp)
    try {
      return await work(await declare(connection))
    } finally {
      await connection.close()
    }
  }
  const drain = (queue: string) =>
    withChannel(async (channel) => {
      const messages: GetMessage[] = []
      for (;;) {
        const message = await channel.get(queue, { noAck: false })
        if (!message) break
        messages.push(message)
      }
      // Unacknowledged: closing the connection puts everything back in its place.
      return messages
    })
  return {
    kind: 'rabbitmq',
    broker: {
      id: 'rabbitmq',
      kind: 'rabbitmq',
      amqp,
      management: http.replace('http://', 'http://guest:guest@'),
      prometheus: new URL(prometheus).origin,
    },
    origin,
    deadLetters,
    removes: true,
    seed: (count) =>
      withChannel(async (channel) => {
        for (let i = 0; i < count; i += 1)
          channel.sendToQueue(origin, Buffer.from(`message ${i}`), { persistent: true, messageId: String(i) })
        await channel.waitForConfirms()
        let rejected = 0
        await new Promise<void>((resolve, reject) => {
          const onMessage = (message: ConsumeMessage | null) => {
            if (!message) return reject(new Error('the consumer was cancelled'))
            channel.nack(message, false, false)
            rejected += 1
            if (rejected === count) resolve()
          }
          channel.consume(origin, onMessage).catch(reject)
        })
        // Rejects are not confirmed: they have gone when they lie in the other queue.
        while ((await channel.checkQueue(deadLetters)).messageCount < count)
          await new Promise((done) => setTimeout(done, 20))
      }),
    readOrigin: async () =>
      (await drain(origin)).map((message) => ({
        body: message.content.toString(),
        replayId: (message.properties.headers?.[replayIdHeader] as string | undefined) ?? null,
      })),
    readDeadLetters: async () => (await drain(deadLetters)).map((message) => message.content.toString()),
    close: () =>
      withChannel(async (channel) => {
        await channel.deleteQueue(origin)
        await channel.deleteQueue(deadLetters)
      }),
  }
}
