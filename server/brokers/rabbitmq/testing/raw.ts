import amqplib, { type Channel, type ChannelModel } from 'amqplib'
import type { Header, HeaderItem } from '../../../../lib/schemas/header.ts'
import type { BrokerInstance } from '../../../../scripts/brokers/index.ts'
import type { DestinationRef } from '../../contract/index.ts'
import type { RawDelivery, RawMessage } from '../../testing/harness.ts'

/** One header of every type. amqplib's reader tells no widths, so the names carry the type. */
export const typedHeaders: readonly Header[] = [
  { name: 'string', type: 'string', value: 'ünï 🐇 <b>' },
  { name: 'string-empty', type: 'string', value: '' },
  { name: 'bool', type: 'bool', value: 'true' },
  { name: 'int8', type: 'int8', value: '-7' },
  { name: 'uint8', type: 'uint8', value: '200' },
  { name: 'int16', type: 'int16', value: '-300' },
  { name: 'uint16', type: 'uint16', value: '65535' },
  { name: 'int32', type: 'int32', value: '5' },
  { name: 'uint32', type: 'uint32', value: '4294967295' },
  { name: 'int64', type: 'int64', value: '1152921504606846976' },
  { name: 'float', type: 'float', value: '1.5' },
  { name: 'double', type: 'double', value: '0.1' },
  { name: 'decimal', type: 'decimal', value: '12.345' },
  { name: 'timestamp', type: 'timestamp', value: '1700000000' },
  { name: 'null', type: 'null', value: null },
  { name: 'bytes', type: 'bytes', value: Buffer.from([0, 255, 254]).toString('base64') },
  {
    name: 'table',
    type: 'table',
    value: [
      { name: 'int16', type: 'int16', value: '1' },
      { name: 'string', type: 'string', value: 'inner' },
    ],
  },
  { name: 'list', type: 'list', value: [{ type: 'string', value: 'a' }] },
]

/** The application's own clients: plain amqplib, and the management API by fetch. */
export class Raw {
  readonly vhost: string
  readonly #instance: BrokerInstance
  #model: ChannelModel | null = null

  private constructor(instance: BrokerInstance, vhost: string) {
    this.#instance = instance
    this.vhost = vhost
  }

  static async open(instance: BrokerInstance, vhost: string): Promise<Raw> {
    const raw = new Raw(instance, vhost)
    await raw.#connected()
    return raw
  }

  /** Tests kill the server under this client: a lost connection is opened anew by the next use. */
  async #connected(): Promise<ChannelModel> {
    if (this.#model) return this.#model
    const model = await amqplib.connect(`${this.#instance.urls.amqp}/${encodeURIComponent(this.vhost)}`)
    model.on('error', () => undefined)
    model.on('close', () => {
      this.#model = null
    })
    this.#model = model
    return model
  }

  async disconnect(): Promise<void> {
    await this.#model?.close().catch(() => undefined)
  }

  http(method: string, path: string, body?: unknown): Promise<unknown> {
    return askHttp(this.#instance, method, path, body)
  }

  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await (await this.#connected()).createChannel()
    channel.on('error', () => undefined)
    try {
      return await work(channel)
    } finally {
      await channel.close().catch(() => undefined)
    }
  }

  async createQueue(name: string, args: Record<string, unknown> = {}): Promise<void> {
    await this.withChannel((channel) => channel.assertQueue(name, { durable: true, arguments: args }))
  }

  async deleteQueue(name: string): Promise<void> {
    await this.withChannel((channel) => channel.deleteQueue(name))
  }

  async publish(queue: string, messages: readonly RawMessage[]): Promise<void> {
    const channel = await (await this.#connected()).createConfirmChannel()
    try {
      for (const message of messages) {
        const headers = Object.fromEntries(message.headers.map((header) => [header.name, rawOf(header)]))
        channel.sendToQueue(queue, Buffer.from(message.body ?? []), { headers, persistent: true })
      }
      await channel.waitForConfirms()
    } finally {
      await channel.close()
    }
  }

  async count(queue: string): Promise<number> {
    return this.withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount)
  }

  /** Everything there, as a new consumer gets it; ends when the queue says that it is empty. */
  drainQueue(queue: string, countsDeliveries: boolean): Promise<RawDelivery[]> {
    return this.withChannel(async (channel) => {
      const found: RawDelivery[] = []
      await channel.prefetch(1_000)
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (!message) return
        found.push({
          ...messageOf(message.content, message.properties.headers),
          redelivered: message.fields.redelivered,
          ...(countsDeliveries
            ? { deliveries: Number(message.properties.headers?.['x-delivery-count'] ?? 0) }
            : {}),
        })
        channel.ack(message)
      })
      for (let quiet = 0; quiet < 3; ) {
        const before = found.length
        await new Promise((resolve) => setTimeout(resolve, 80))
        const { messageCount } = await channel.checkQueue(queue)
        quiet = messageCount === 0 && found.length === before ? quiet + 1 : 0
      }
      await channel.cancel(consumerTag)
      return found
    })
  }

  readStream(stream: string): Promise<RawDelivery[]> {
    return this.withChannel(async (channel) => {
      const found: RawDelivery[] = []
      let heardAt = Date.now()
      await channel.prefetch(1_000)
      await channel.consume(
        stream,
        (message) => {
          if (!message) return
          heardAt = Date.now()
          found.push(messageOf(message.content, message.properties.headers))
          channel.ack(message)
        },
        { arguments: { 'x-stream-offset': 'first' } },
      )
      while (Date.now() - heardAt < 600) await new Promise((resolve) => setTimeout(resolve, 50))
      return found
    })
  }
}

export async function askHttp(
  instance: BrokerInstance,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { user = '', password = '' } = instance.access
  const response = await fetch(`${instance.urls.http}/api${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

export const refTo = (type: 'queue' | 'stream', name: string, namespace: string): DestinationRef => ({
  type,
  name,
  namespace,
})

const nativeNames: Record<string, string> = { double: 'float64' }

function rawOf({ type, value }: HeaderItem): unknown {
  if (type === 'null') return null
  if (Array.isArray(value)) {
    if (type === 'list') return value.map(rawOf)
    return Object.fromEntries(value.map((item) => ['name' in item ? item.name : '', rawOf(item)]))
  }
  const text = String(value)
  if (type === 'string') return text
  if (type === 'bool') return text === 'true'
  if (type === 'bytes') return Buffer.from(text, 'base64')
  if (type === 'decimal') {
    const [whole = '', fraction = ''] = text.split('.')
    return { '!': 'decimal', value: { places: fraction.length, digits: Number(whole + fraction) } }
  }
  return { '!': nativeNames[type] ?? type, value: type === 'int64' ? BigInt(text) : Number(text) }
}

function messageOf(content: Buffer, headers: Record<string, unknown> | undefined): RawMessage {
  return {
    key: null,
    body: content,
    headers: Object.entries(headers ?? {}).map(([name, value]) => ({ name, ...itemOf(name, value) })),
  }
}

const typeOfName = (name: string) =>
  typedHeaders.find((header) => header.name === name)?.type ?? ('int64' as const)

function itemOf(name: string, value: unknown): HeaderItem {
  if (value === null) return { type: 'null', value: null }
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'bool', value: String(value) }
  if (Buffer.isBuffer(value)) return { type: 'bytes', value: value.toString('base64') }
  if (Array.isArray(value)) return { type: 'list', value: value.map((item) => itemOf('', item)) }
  if (typeof value === 'number') {
    const type = typeOfName(name)
    return { type, value: Number.isInteger(value) ? String(BigInt(value)) : String(value) }
  }
  if (typeof value === 'object' && '!' in value && 'value' in value)
    return taggedItem(value['!'], value.value)
  const entries = Object.entries(value as Record<string, unknown>)
  return { type: 'table', value: entries.map(([key, item]) => ({ name: key, ...itemOf(key, item) })) }
}

function taggedItem(type: unknown, value: unknown): HeaderItem {
  if (type === 'timestamp') return { type, value: String(value) }
  const { places, digits } = value as { places: number; digits: number }
  return { type: 'decimal', value: (digits / 10 ** places).toFixed(places) }
}
