import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BrokerError, type Call, type Log, within } from '../contract/index.ts'
import { type AmqpChannel, type AmqpConfirmChannel, type AmqpConnection, loadAmqplib } from './amqplib.ts'
import type { FieldTable } from './codec.ts'
import { mapAmqpError } from './errors.ts'
import { parseEndpoint, type RabbitmqOptions } from './options.ts'

/** Reading and publishing never share a connection: a broker short of memory stops reading from publishers. */
export type Purpose = 'read' | 'publish' | 'claim'

interface Link {
  readonly opened: Promise<AmqpConnection>
  connection: AmqpConnection | null
  blocked: string | null
  usedAt: number
  channels: number
}

const idleMs = 60_000
const connectTimeoutMs = 10_000

/**
 * AMQP connections by vhost and purpose, opened by the first call that needs one. A lost connection is
 * forgotten at once and the next call opens another, so a call always hears the real reason and nothing
 * waits for a background retry; idle connections are closed after a minute.
 */
export class Links {
  readonly #options: RabbitmqOptions
  readonly #name: string
  readonly #log: Log
  readonly #links = new Map<string, Link>()
  readonly #sweep: NodeJS.Timeout
  readonly username: string
  /** Names our connections among the broker's own list, whatever lies between. */
  readonly instance: string = randomUUID()
  #closed = false

  constructor(options: RabbitmqOptions, name: string, log: Log) {
    this.#options = options
    this.username = parseEndpoint(options.amqp ?? 'amqp://localhost', [5672, 5671]).username
    this.#name = name
    this.#log = log
    this.#sweep = setInterval(() => this.#closeIdle(), 10_000)
    this.#sweep.unref()
  }

  get available(): boolean {
    return this.#options.amqp !== undefined
  }

  /** The server's own properties (version, cluster name), from a live connection. */
  async serverProperties(vhost: string, call: Call): Promise<FieldTable> {
    const link = this.#linkOf(vhost, 'read')
    const connection = await within(call, link.opened)
    return connection.connection.serverProperties as FieldTable
  }

  channel(vhost: string, purpose: Purpose, call: Call): Promise<AmqpChannel> {
    return this.#open(vhost, purpose, call, (connection) => connection.createChannel())
  }

  confirmChannel(vhost: string, call: Call): Promise<AmqpConfirmChannel> {
    return this.#open(vhost, 'publish', call, (connection) => connection.createConfirmChannel())
  }

  /** Why the broker blocks publishers on this vhost's connection now; null when it does not. */
  blockedReason(vhost: string): string | null {
    return this.#links.get(`publish ${vhost}`)?.blocked ?? null
  }

  /** Why the broker blocks connections of ours that publish; empty where none does, or none has published lately. */
  blockedReasons(): string[] {
    return [...this.#links.values()].flatMap((link) => (link.blocked === null ? [] : [link.blocked]))
  }

  async #open<C extends AmqpChannel>(
    vhost: string,
    purpose: Purpose,
    call: Call,
    create: (connection: AmqpConnection) => Promise<C>,
  ): Promise<C> {
    const link = this.#linkOf(vhost, purpose)
    let abandoned = false
    const opening = link.opened
      .then((connection) => create(connection))
      .then(
        (channel) => {
          link.channels += 1
          link.usedAt = Date.now()
          channel.on('close', () => {
            link.channels -= 1
            link.usedAt = Date.now()
          })
          // Without a listener amqplib's 'error' would end the process; who uses the channel hears it by its call.
          channel.on('error', () => undefined)
          if (abandoned) channel.close().catch(() => undefined)
          return channel
        },
        (error: unknown) => {
          throw mapAmqpError(error)
        },
      )
    return within(call, opening, () => {
      abandoned = true
      // A connection that cannot open a channel in time is likely dead (a frozen broker): the next call tries anew.
      if (Date.now() >= call.deadlineAt) this.#drop(vhost, purpose, link)
    })
  }

  #linkOf(vhost: string, purpose: Purpose): Link {
    if (this.#closed) throw new BrokerError('unreachable', 'The connection to RabbitMQ was closed')
    if (this.#options.amqp === undefined) {
      throw new BrokerError('unsupported', 'No AMQP address is configured for this broker')
    }
    const key = `${purpose} ${vhost}`
    const known = this.#links.get(key)
    if (known) {
      known.usedAt = Date.now()
      return known
    }
    const link: Link = {
      opened: this.#connect(vhost, purpose),
      connection: null,
      blocked: null,
      usedAt: Date.now(),
      channels: 0,
    }
    this.#links.set(key, link)
    link.opened.then(
      (connection) => {
        link.connection = connection
        connection.on('blocked', (reason: string) => {
          link.blocked = reason
        })
        connection.on('unblocked', () => {
          link.blocked = null
        })
        connection.on('error', (error: unknown) =>
          this.#log.debug('rabbitmq connection error', {
            vhost,
            purpose,
            message: mapAmqpError(error).message,
          }),
        )
        connection.on('close', () => this.#forget(key, link))
        if (this.#closed) connection.close().catch(() => undefined)
      },
      () => this.#forget(key, link),
    )
    return link
  }

  #connect(vhost: string, purpose: Purpose): Promise<AmqpConnection> {
    const endpoint = parseEndpoint(this.#options.amqp ?? 'amqp://localhost', [5672, 5671])
    return new Promise((resolve, reject) => {
      // amqplib reports a handshake that never ends through the socket timeout only once; a timer is certain.
      const timer = setTimeout(
        () => reject(new BrokerError('unreachable', 'RabbitMQ did not complete the connection in time')),
        connectTimeoutMs,
      )
      const connecting = async () =>
        loadAmqplib().connect(
          {
            protocol: endpoint.secure ? 'amqps' : 'amqp',
            hostname: endpoint.host,
            port: endpoint.port,
            username: endpoint.username,
            password: endpoint.password,
            vhost: encodeURIComponent(vhost),
            heartbeat: 10,
          },
          {
            noDelay: true,
            timeout: connectTimeoutMs,
            clientProperties: {
              connection_name: `signalbox ${this.#name} ${purpose}`,
              signalbox_instance: this.instance,
            },
            ...readTls(this.#options),
          },
        )
      connecting()
        .then(resolve, (error: unknown) => reject(mapAmqpError(error)))
        .finally(() => clearTimeout(timer))
    })
  }

  #forget(key: string, link: Link): void {
    if (this.#links.get(key) === link) this.#links.delete(key)
  }

  #drop(vhost: string, purpose: Purpose, link: Link): void {
    this.#forget(`${purpose} ${vhost}`, link)
    link.opened.then((connection) => connection.close()).catch(() => undefined)
  }

  #closeIdle(): void {
    for (const [key, link] of this.#links) {
      if (link.connection === null || link.channels > 0 || Date.now() - link.usedAt < idleMs) continue
      this.#forget(key, link)
      link.connection.close().catch(() => undefined)
    }
  }

  /** Within 1.5 s, whatever is open. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweep)
    const closing = [...this.#links.values()].map((link) =>
      link.connection ? link.connection.close().catch(() => undefined) : undefined,
    )
    this.#links.clear()
    await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, 1_500).unref())])
  }
}

/** Certificates for amqps and https, read when a connection opens so that a renewed file is taken up. */
export function readTls(options: RabbitmqOptions): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const { tls } = options
  if (tls === undefined || typeof tls === 'boolean') return {}
  return {
    ...(tls.caFile === undefined ? {} : { ca: readCertificate('tls.caFile', tls.caFile) }),
    ...(tls.certFile === undefined ? {} : { cert: readCertificate('tls.certFile', tls.certFile) }),
    ...(tls.keyFile === undefined ? {} : { key: readCertificate('tls.keyFile', tls.keyFile) }),
  }
}

function readCertificate(option: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new BrokerError('bad_request', `${option} cannot be read: ${words}`, { cause: error })
  }
}
