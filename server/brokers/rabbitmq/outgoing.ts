import { BrokerError, type Outgoing, type OutgoingMessage } from '../contract/index.ts'
import { type BasicFields, type ShortName, shortNames } from './basic-properties.ts'
import { FieldTable } from './codec.ts'
import { secondsOf, tableOfHeaders } from './headers.ts'

export interface Wire {
  readonly exchange: string
  readonly routingKey: string
  readonly fields: BasicFields
  readonly body: Buffer
}

/** Facts about where a message lay: part of `properties` when it was read here, nothing to be sent. */
const readFacts = new Set(['exchange', 'routingKey', 'redelivered', 'deliveryCount', 'acquiredCount'])

/**
 * What goes on the wire. From RabbitMQ the properties are restored exactly, but for a user id that is not the
 * connection's own, which the broker would refuse.
 * @throws bad_request for what AMQP has no place for
 */
export function wireOf(outgoing: Outgoing, username: string): Wire {
  const { target, message } = outgoing
  if (message.body === null) throw new BrokerError('bad_request', 'RabbitMQ has no messages without a body')
  if (message.key !== null && message.from === null) {
    throw new BrokerError('bad_request', 'RabbitMQ messages have no key')
  }
  const isExchange = target.ref.type === 'exchange'
  if (!isExchange && target.routingKey !== undefined) {
    throw new BrokerError('bad_request', 'A routing key is for exchanges only')
  }
  if (target.partition !== undefined) throw new BrokerError('bad_request', 'RabbitMQ has no partitions')
  const routingKey = isExchange ? (target.routingKey ?? '') : target.ref.name
  if (Buffer.byteLength(routingKey) > 255) {
    throw new BrokerError('bad_request', 'A routing key is at most 255 bytes long')
  }
  return {
    exchange: isExchange ? target.ref.name : '',
    routingKey,
    fields: fieldsOf(isExchange ? message : withoutCopies(message), username),
    body: Buffer.isBuffer(message.body) ? message.body : Buffer.from(message.body),
  }
}

/** Put back into its queue, a message is meant for that queue alone: CC and BCC would copy it to others once more (seen on 3.10). */
function withoutCopies(message: OutgoingMessage): OutgoingMessage {
  if (message.from !== 'rabbitmq') return message
  return { ...message, headers: message.headers.filter(({ name }) => name !== 'CC' && name !== 'BCC') }
}

function fieldsOf(message: OutgoingMessage, username: string): BasicFields {
  const { properties, from } = message
  const isOurs = from === 'rabbitmq'
  const fields: BasicFields = {}
  if (from === null || isOurs) {
    for (const [name, value] of Object.entries(properties)) readProperty(fields, name, value, isOurs)
    if (fields.userId !== undefined && fields.userId.toString('utf8') !== username) {
      if (!isOurs) throw new BrokerError('bad_request', `userId must be the connection's own user`)
      delete fields.userId
    }
  }
  if (!isOurs) {
    // A message that is to be found again after a broker's restart, unless it says otherwise itself.
    fields.deliveryMode ??= 2
    if (fields.timestamp === undefined && message.timestampMs !== null && message.timestampMs >= 0) {
      fields.timestamp = BigInt(Math.floor(message.timestampMs / 1000))
    }
  }
  const table = tableOfHeaders(message.headers)
  // A key from another kind of broker has no place of its own here and must not vanish.
  const key =
    message.key === null ? [] : [['signalbox-key', { tag: 'x', value: Buffer.from(message.key) }] as const]
  const entries = [...table.entries, ...key]
  if (entries.length > 0) fields.headers = new FieldTable(entries)
  return fields
}

function readProperty(fields: BasicFields, name: string, value: unknown, isOurs: boolean): void {
  if (value === undefined || value === null || readFacts.has(name)) return
  const wrong = (expected: string) => new BrokerError('bad_request', `Property ${name}: expected ${expected}`)
  if (isShort(name)) {
    const bytes = bytesOf(value)
    if (bytes === null || bytes.length > 255) throw wrong('a text of at most 255 bytes')
    if (name === 'expiration' && !/^\d{1,10}$/.test(bytes.toString('latin1'))) throw wrong('milliseconds')
    fields[name] = bytes
  } else if (name === 'deliveryMode' || name === 'priority') {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 255) {
      throw wrong('a whole number from 0 to 255')
    }
    fields[name] = value
  } else if (name === 'persistent' && typeof value === 'boolean') {
    fields.deliveryMode = value ? 2 : 1
  } else if (name === 'timestamp' && (typeof value === 'string' || typeof value === 'number')) {
    fields.timestamp = secondsOf(String(value), name)
  } else if (!isOurs) {
    throw new BrokerError('bad_request', `RabbitMQ messages have no property ${name}`)
  }
}

function isShort(name: string): name is ShortName {
  return shortNames.some((short) => short === name)
}

function bytesOf(value: unknown): Buffer | null {
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  if (typeof value !== 'object' || value === null) return null
  const base64: unknown = Reflect.get(value, 'base64')
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : null
}

/**
 * Before 3.13 a stream drops tables and lists among the headers without a word, and a decimal brings down the
 * connection (seen on 3.10.8): such a message is refused before it is sent.
 */
export function assertStreamHolds(headers: FieldTable | undefined): void {
  const lost = headers?.entries.find(([, { tag }]) => tag === 'F' || tag === 'A' || tag === 'D')
  if (!lost) return
  const [name] = lost
  const reason = `Streams of this version cannot hold the header ${JSON.stringify(name)}: a table, list or decimal`
  throw new BrokerError('bad_request', reason)
}
