import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect, type Options } from 'amqplib'
import type { Stop } from '../desk.ts'

const ignore = (): undefined => undefined

/**
 * A connection that comes back by itself. `setup` opens the channel anew each time: channels, consumers and
 * unconfirmed messages die with their connection. A channel that is closed alone (by a refusal of the broker) takes
 * the connection along, so that there is one way back, not two.
 */
async function keepConnected(
  url: string,
  name: string,
  setup: (channel: ConfirmChannel, giveUp: () => void) => Promise<void>,
): Promise<Stop> {
  let channel: ConfirmChannel | undefined
  let isClosing = false
  const connection = await connect(url, {
    clientProperties: { connection_name: name },
    recovery: {
      initialMaxRetries: 5,
      maxDelay: 5_000,
      setup: async (model: ChannelModel) => {
        const giveUp = () => void (isClosing || model.close().catch(ignore))
        model.on('error', ignore)
        channel = await model.createConfirmChannel()
        channel.on('error', ignore)
        channel.on('close', giveUp)
        await setup(channel, giveUp)
      },
    },
  })
  connection.on('error', ignore)
  return async () => {
    isClosing = true
    // The channel before the connection: that close waits in line behind the acks, the other one overtakes them, and
    // what was done would come again.
    await channel?.close().catch(ignore)
    await connection.close()
  }
}

export interface Consumer {
  readonly name: string
  readonly queue: string
  /**
   * How many messages the broker hands out before the first is acknowledged. 1 is fair and slow (a round trip a
   * message); thousands are fast and unfair, and all of them come again after a crash.
   */
  readonly prefetch: number
  /** Acks or nacks the message itself, once, when its work is done: that is what manual acks are for. */
  handle(message: ConsumeMessage, channel: ConfirmChannel): Promise<void>
}

/**
 * Consumes until stopped. Stopping cancels first (no new deliveries), finishes and settles what is in hand, and
 * closes then: closing at once would be safe too (the broker gives unacked messages to another) but would do the
 * work in hand twice.
 */
export async function consume(url: string, consumer: Consumer): Promise<Stop> {
  const inHand = new Set<Promise<void>>()
  let cancel: () => Promise<unknown> = async () => undefined
  const close = await keepConnected(url, consumer.name, async (channel, giveUp) => {
    await channel.prefetch(consumer.prefetch)
    const { consumerTag } = await channel.consume(consumer.queue, (message) => {
      // Null: the broker cancelled the consumer, as it does when the queue is deleted.
      if (message === null) return giveUp()
      // Settling throws where the connection is gone meanwhile; the message comes again.
      const work: Promise<void> = consumer
        .handle(message, channel)
        .catch(ignore)
        .finally(() => inHand.delete(work))
      inHand.add(work)
    })
    cancel = () => channel.cancel(consumerTag)
  })
  return async () => {
    await cancel().catch(ignore)
    while (inHand.size > 0) await Promise.all(inHand)
    await close()
  }
}

export interface Publisher {
  /** Resolves when the broker has the message; rejects when it refused it or nobody knows. */
  publish(exchange: string, key: string, body: unknown, options?: Options.Publish): Promise<void>
  close: Stop
}

/** Publishes with confirms. Without them a message sent into a broker that dies is gone, and nobody knows. */
export async function openPublisher(url: string, name: string): Promise<Publisher> {
  let channel: ConfirmChannel | undefined
  const close = await keepConnected(url, name, async (opened) => {
    channel = opened
  })
  return {
    publish: async (exchange, key, body, options) => {
      if (!channel) throw new Error('not connected')
      await publishTo(channel, exchange, key, body, options)
    },
    close,
  }
}

/** One confirmed message: JSON unless `body` is bytes already. */
export function publishTo(
  channel: ConfirmChannel,
  exchange: string,
  key: string,
  body: unknown,
  options: Options.Publish = {},
): Promise<void> {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  const properties = {
    persistent: true,
    contentType: 'application/json',
    timestamp: nowSeconds(),
    ...options,
  }
  return new Promise((done, fail) => {
    channel.publish(exchange, key, content, properties, (error: unknown) => {
      if (error) fail(error instanceof Error ? error : new Error('the broker refused the message'))
      else done()
    })
  })
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
