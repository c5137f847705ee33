import { connect } from 'amqplib'
import type { OpenPlace, Place } from './place.ts'

/** A queue of one of RabbitMQ's three types. */
export function openRabbitmqPlace(variant: 'classic' | 'quorum' | 'stream'): OpenPlace {
  return async (instance) => {
    const { amqp, http, prometheus } = instance.urls
    if (!amqp || !http || !prometheus) throw new Error('the RabbitMQ instance names no addresses')
    const connection = await connect(amqp)
    const isLog = variant === 'stream'

    async function withChannel<T>(
      work: (channel: Awaited<ReturnType<typeof connection.createConfirmChannel>>) => Promise<T>,
    ): Promise<T> {
      const channel = await connection.createConfirmChannel()
      try {
        return await work(channel)
      } finally {
        await channel.close().catch(() => undefined)
      }
    }

    async function readStream(name: string): Promise<string[]> {
      return withChannel(async (channel) => {
        const found: string[] = []
        await channel.prefetch(100)
        let lastAt = Date.now()
        await channel.consume(
          name,
          (message) => {
            if (!message) return
            found.push(message.content.toString())
            lastAt = Date.now()
            channel.ack(message)
          },
          { arguments: { 'x-stream-offset': 'first' } },
        )
        while (Date.now() - lastAt < 500) await new Promise((done) => setTimeout(done, 50))
        return found
      })
    }

    const place: Place = {
      label: `RabbitMQ ${variant} queue`,
      broker: {
        id: 'rabbitmq',
        kind: 'rabbitmq',
        amqp,
        management: http.replace('http://', 'http://guest:guest@'),
        prometheus: new URL(prometheus).origin,
      },
      type: isLog ? 'stream' : 'queue',
      variant,
      isLog,
      partitions: 0,
      removes: !isLog,
      create: (name) =>
        withChannel(async (channel) => {
          const options = { durable: true, arguments: { 'x-queue-type': variant } }
          await channel.assertQueue(name, options)
        }),
      put: (name, messages) =>
        withChannel(async (channel) => {
          for (const [i, { body, headers }] of messages.entries())
            channel.sendToQueue(name, Buffer.from(body), {
              persistent: true,
              messageId: `${i}`,
              ...(headers ? { headers } : {}),
            })
          await channel.waitForConfirms()
        }),
      bodies: (name) =>
        isLog
          ? readStream(name)
          : withChannel(async (channel) => {
              const found: string[] = []
              for (;;) {
                const message = await channel.get(name, { noAck: false })
                if (!message) break
                found.push(message.content.toString())
              }
              // Put back in its place; a quorum queue takes a moment for it (3.10).
              channel.nackAll(true)
              while ((await channel.checkQueue(name)).messageCount < found.length)
                await new Promise((done) => setTimeout(done, 20))
              return found
            }),
      remove: (name) => withChannel(async (channel) => void (await channel.deleteQueue(name))),
      close: () => connection.close(),
    }
    return place
  }
}
