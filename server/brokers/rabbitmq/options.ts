import { z } from 'zod'

/** Addresses and TLS of one RabbitMQ. Lives alone, so that the configuration can read it without amqplib. */
function urlOf(protocols: readonly string[]) {
  return z.string().refine((value) => isUrl(value, protocols), {
    error: `expected a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  const url = URL.parse(value)
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') return false
  return [url.username, url.password, url.pathname.slice(1)].every((part) => decodePercent(part) !== null)
}

function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

export const rabbitmqOptionsSchema = z
  .strictObject({
    /** A vhost in the path limits the broker to it: `amqp://host` is every vhost, `amqp://host/shop` only `shop`. */
    amqp: urlOf(['amqp:', 'amqps:']).optional(),
    management: urlOf(['http:', 'https:']).optional(),
    prometheus: urlOf(['http:', 'https:']).optional(),
    tls: z
      .union([
        z.boolean(),
        z.strictObject({
          caFile: z.string().optional(),
          certFile: z.string().optional(),
          keyFile: z.string().optional(),
        }),
      ])
      .optional(),
  })
  .refine((options) => options.amqp !== undefined || options.management !== undefined, {
    error: 'expected at least one of amqp and management',
  })
export type RabbitmqOptions = z.infer<typeof rabbitmqOptionsSchema>

/** One address in parts, percent-decoded. */
export interface Endpoint {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** The path after the host, decoded, without its slash; null when there is none. */
  readonly path: string | null
}

/**
 * @param defaultPorts used when the URL has none: `[plain, secure]`
 * @returns the parts; without a user it is guest/guest, as every RabbitMQ client assumes
 */
export function parseEndpoint(address: string, defaultPorts: readonly [number, number]): Endpoint {
  const url = new URL(address)
  const secure = url.protocol === 'amqps:' || url.protocol === 'https:'
  const hasUser = url.username !== '' || url.password !== ''
  const path = url.pathname.replace(/^\//, '')
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPorts[secure ? 1 : 0] : Number(url.port),
    username: hasUser ? decodeURIComponent(url.username) : 'guest',
    password: hasUser ? decodeURIComponent(url.password) : 'guest',
    path: path === '' ? null : decodeURIComponent(path),
  }
}

/** The only vhost to be seen, from the AMQP address; null for every vhost. */
export function vhostOf(options: RabbitmqOptions): string | null {
  return options.amqp === undefined ? null : parseEndpoint(options.amqp, [5672, 5671]).path
}

/** host:port for people, without secrets. */
export function addressOf(options: RabbitmqOptions): string {
  const endpoint =
    options.amqp !== undefined
      ? parseEndpoint(options.amqp, [5672, 5671])
      : parseEndpoint(options.management ?? 'http://localhost', [80, 443])
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return `${host}:${endpoint.port}`
}
