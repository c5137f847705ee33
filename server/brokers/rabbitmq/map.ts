import { createHash } from 'node:crypto'
import { type BrokerMessage, decodeUtf8, queueMessageId, readQueueId } from '../contract/index.ts'
import type { Delivery } from './amqplib.ts'
import { type BasicFields, type BasicProperties, encodeProperties, shortNames } from './basic-properties.ts'
import { type Field, FieldTable } from './codec.ts'
import { headersOfTable } from './headers.ts'

/** What the broker writes into the headers on delivery; no part of the message as it was published. */
const deliveryHeaders = ['x-delivery-count', 'x-acquired-count', 'x-stream-offset'] as const

/** The properties as they were published. */
export function publishedFields(fields: BasicFields): BasicFields {
  const { headers, ...rest } = fields
  if (headers === undefined) return fields
  const kept = headers.entries.filter(([name]) => !deliveryHeaders.some((own) => own === name))
  if (kept.length === headers.entries.length) return fields
  return kept.length === 0 ? rest : { ...rest, headers: new FieldTable(kept) }
}

/**
 * Hash of body, properties and headers as published: the same at every look. A quorum queue that adds its own
 * header on return writes the table anew, sorted by name, and an empty one becomes none (seen on 3.10).
 */
export function hashOf(delivery: Pick<Delivery, 'content' | 'properties'>): string {
  const properties = encodeProperties(inHashOrder(publishedFields(delivery.properties.fields)))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(properties.length)
  const hash = createHash('sha256').update(length).update(properties).update(delivery.content)
  return hash.digest('base64url').slice(0, 27)
}

function inHashOrder(fields: BasicFields): BasicFields {
  const { headers } = fields
  if (headers === undefined) return fields
  if (headers.entries.length === 0) return { ...fields, headers: undefined }
  return {
    ...fields,
    headers: new FieldTable(headers.entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  }
}

/** Counts equals from the head; feed it every message from the head on, in order. */
export class Identities {
  readonly #seen = new Map<string, number>()
  next(delivery: Delivery): { hash: string; id: string } {
    const equals = hashOf(delivery)
    const ordinal = this.#seen.get(equals) ?? 0
    this.#seen.set(equals, ordinal + 1)
    return { hash: equals, id: queueMessageId(equals, ordinal) }
  }

  /** How many equal to the message of this id came by. */
  copiesOf(id: string): number {
    return this.#seen.get(readQueueId(id)?.equals ?? '') ?? 0
  }
}

/** A delivery as a message; body and headers untouched, what the broker added on delivery among the properties. */
export function messageOf(delivery: Delivery, id: string, position: string): BrokerMessage {
  const raw = delivery.properties.fields
  const fields = publishedFields(raw)
  const properties: Record<string, unknown> = {
    exchange: delivery.fields.exchange,
    routingKey: delivery.fields.routingKey,
    redelivered: delivery.fields.redelivered,
  }
  for (const name of shortNames) {
    const bytes = fields[name]
    if (bytes !== undefined) properties[name] = decodeUtf8(bytes) ?? { base64: bytes.toString('base64') }
  }
  if (fields.deliveryMode !== undefined) properties.deliveryMode = fields.deliveryMode
  if (fields.priority !== undefined) properties.priority = fields.priority
  if (fields.timestamp !== undefined) properties.timestamp = String(fields.timestamp)
  const count = numberOf(raw.headers?.get('x-delivery-count'))
  if (count !== null) properties.deliveryCount = count
  const acquired = numberOf(raw.headers?.get('x-acquired-count'))
  if (acquired !== null) properties.acquiredCount = acquired
  return {
    id,
    position,
    key: null,
    body: delivery.content,
    headers: fields.headers === undefined ? [] : headersOfTable(fields.headers),
    properties,
    timestampMs: timestampMsOf(fields.timestamp),
    sizeBytes: delivery.content.length + sizeOf(delivery.properties, fields),
  }
}

function sizeOf({ fields, size }: BasicProperties, published: BasicFields): number {
  return published === fields && size !== null ? size : encodeProperties(published).length
}

/** Publishers write seconds as the protocol says, many write milliseconds: both are read. */
function timestampMsOf(seconds: bigint | undefined): number | null {
  if (seconds === undefined || seconds === 0n) return null
  const ms = seconds > 100_000_000_000n ? seconds : seconds * 1000n
  return ms <= 8_640_000_000_000_000n ? Number(ms) : null
}

function numberOf(field: Field | undefined): number | null {
  if (field === undefined) return null
  return typeof field.value === 'number' || typeof field.value === 'bigint' ? Number(field.value) : null
}

/** How often the broker has returned this message already, by its own header (quorum queues). */
export function deliveryCountOf(delivery: Delivery): number {
  return numberOf(delivery.properties.fields.headers?.get('x-delivery-count')) ?? 0
}

/** The offset of a stream delivery. */
export function offsetOf(delivery: Delivery): bigint {
  const field = delivery.properties.fields.headers?.get('x-stream-offset')
  if (field?.tag === 'l') return field.value
  const number = numberOf(field)
  return BigInt(number ?? -1)
}
