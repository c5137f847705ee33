import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { BasicProperties, decodeProperties, encodeHeaderFrame } from './basic-properties.ts'
import { decodeFields, encodeTable } from './codec.ts'

/** The part of amqplib the driver uses, with our own codec's types in it. */
export interface Delivery {
  readonly content: Buffer
  readonly fields: {
    readonly deliveryTag: number
    readonly redelivered: boolean
    readonly exchange: string
    readonly routingKey: string
    readonly consumerTag?: string
  }
  readonly properties: BasicProperties
}
export interface QueueState {
  readonly messageCount: number
  readonly consumerCount: number
}
export interface AmqpChannel extends EventEmitter {
  close(): Promise<void>
  checkQueue(queue: string): Promise<QueueState>
  checkExchange(exchange: string): Promise<unknown>
  assertQueue(
    queue: string,
    options: { durable: boolean; arguments?: Record<string, unknown> },
  ): Promise<QueueState>
  assertExchange(exchange: string, type: string, options: { durable: boolean }): Promise<unknown>
  deleteQueue(queue: string, options: { ifEmpty: boolean; ifUnused?: boolean }): Promise<unknown>
  deleteExchange(exchange: string, options: { ifUnused: boolean }): Promise<unknown>
  consume(
    queue: string,
    onMessage: (delivery: Delivery | null) => void,
    options: { noAck: boolean; consumerTag?: string; arguments?: Record<string, unknown> },
  ): Promise<{ consumerTag: string }>
  cancel(consumerTag: string): Promise<unknown>
  registerConsumer(consumerTag: string, onMessage: (delivery: Delivery | null) => void): void
  get(queue: string, options: { noAck: boolean }): Promise<Delivery | false>
  ack(delivery: Pick<Delivery, 'fields'>, allUpTo: boolean): void
  nack(delivery: Pick<Delivery, 'fields'>, allUpTo: boolean, requeue: boolean): void
  prefetch(count: number): Promise<unknown>
}
export interface AmqpConfirmChannel extends AmqpChannel {
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: { mandatory: boolean; headers: BasicProperties },
    done: (error: unknown) => void,
  ): boolean
}
export interface AmqpConnection extends EventEmitter {
  readonly connection: { readonly serverProperties: unknown }
  createChannel(): Promise<AmqpChannel>
  createConfirmChannel(): Promise<AmqpConfirmChannel>
  close(): Promise<void>
}
interface Amqplib {
  connect(url: Record<string, unknown>, socketOptions: Record<string, unknown>): Promise<AmqpConnection>
}

interface Codec {
  encodeTable: unknown
  decodeFields: unknown
}
interface MuxModule {
  readonly Mux: { readonly prototype: { _readIncoming: (this: { readonly out: Writable }) => void } }
}
interface Defs {
  decode: (id: number, payload: Buffer) => unknown
  encodeProperties: (id: number, channel: number, size: number, fields: { headers?: unknown }) => unknown
}

const basicClass = 60
let loaded: Amqplib | undefined

/**
 * A private copy of amqplib with its table and property codec replaced. Its modules copy the codec's functions
 * when they load, so the replacement comes first; loading a copy makes that hold even when something else in
 * the process has loaded amqplib before, and leaves that other user alone.
 */
export function loadAmqplib(): Amqplib {
  loaded ??= loadPrivately()
  return loaded
}

function loadPrivately(): Amqplib {
  // From the project's root: a bundler turns `import.meta.url` and a plain `require.resolve` into numbers of its own.
  const main = createRequire(join(process.cwd(), 'package.json')).resolve('amqplib')
  const inside = createRequire(main)
  const folder = dirname(main)
  const others = Object.entries(inside.cache).filter(([path]) => path.startsWith(folder))
  for (const [path] of others) delete inside.cache[path]
  try {
    const codec: Codec = inside('./lib/codec.js')
    codec.encodeTable = encodeTable
    codec.decodeFields = decodeFields
    replaceProperties(inside('./lib/defs.js'))
    gatherWrites(inside('./lib/mux.js'))
    return inside('./channel_api.js') as Amqplib
  } finally {
    for (const path of Object.keys(inside.cache)) if (path.startsWith(folder)) delete inside.cache[path]
    for (const [path, module] of others) inside.cache[path] = module
  }
}

/** amqplib writes every message to the socket by itself; what waits in one turn goes out in one system call. */
function gatherWrites({ Mux: { prototype } }: MuxModule): void {
  const writeWaiting = prototype._readIncoming
  prototype._readIncoming = function gathered() {
    this.out.cork()
    try {
      writeWaiting.call(this)
    } finally {
      this.out.uncork()
    }
  }
}

function replaceProperties(defs: Defs): void {
  const { decode, encodeProperties } = defs
  defs.decode = (id, payload) => (id === basicClass ? decodeProperties(payload) : decode(id, payload))
  // Besides exactness: amqplib encodes headers into 64 KiB of scratch, Spring's stack traces need up to 128 KiB.
  defs.encodeProperties = (id, channel, size, fields) =>
    fields.headers instanceof BasicProperties
      ? encodeHeaderFrame(channel, size, fields.headers.fields)
      : encodeProperties(id, channel, size, fields)
}
