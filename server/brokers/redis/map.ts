import type { Header } from '../../../lib/schemas/header.ts'
import {
  BrokerError,
  type BrokerMessage,
  bytesOfHeader,
  headerFromBytes,
  type OutgoingMessage,
} from '../contract/index.ts'
import { bytesFromName, nameFromBytes } from './names.ts'
import { bytesOf, listOf, type Reply, textOf } from './reply.ts'

const bodyFields = ['body', 'payload', 'data', 'message', 'value'] as const

/** An entry as XRANGE gives it; null where the server lists an id whose entry is gone. */
export function messageOfEntry(reply: Reply, bodyField: string | undefined): BrokerMessage | null {
  const [id, flat] = listOf(reply)
  if (flat === null || flat === undefined) return null
  const position = textOf(id)
  const headers: Header[] = []
  const bytes: Buffer[] = []
  const values = listOf(flat)
  let sizeBytes = 0
  for (let at = 0; at + 1 < values.length; at += 2) {
    const [name, value] = [bytesOf(values[at]), bytesOf(values[at + 1])]
    sizeBytes += name.length + value.length
    headers.push(headerFromBytes(nameFromBytes(name), value))
    bytes.push(value)
  }
  const at = findBody(headers, bodyField)
  const body = headers[at]
  return {
    id: position,
    position,
    key: null,
    body: bytes[at] ?? null,
    headers,
    properties: body ? { bodyField: body.name } : {},
    timestampMs: timeOfId(position),
    sizeBytes,
  }
}

function findBody(headers: readonly Header[], configured: string | undefined): number {
  for (const name of configured === undefined ? bodyFields : [configured]) {
    const found = headers.findIndex((header) => header.name === name)
    if (found >= 0) return found
  }
  return -1
}

/** The millisecond part of an entry id; null where a producer's own ids are no times. */
export function timeOfId(id: string): number | null {
  const ms = Number(id.slice(0, id.indexOf('-')))
  return ms > 0 && ms <= 8.64e15 ? ms : null
}

const maxUint64 = 2n ** 64n - 1n

/** `<ms>` or `<ms>-<seq>` in full; throws `bad_request` for anything else. */
export function parseEntryId(text: string): string {
  const match = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(text)
  const [ms, seq] = [match?.[1], match?.[2] ?? '0']
  if (ms === undefined || BigInt(ms) > maxUint64 || BigInt(seq) > maxUint64)
    throw new BrokerError('bad_request', `${JSON.stringify(text)} is not a stream position (<ms>-<seq>)`)
  return `${ms}-${seq}`
}

/** Orders two full entry ids as the stream does. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-')
  const [bMs = '0', bSeq = '0'] = b.split('-')
  const diff = BigInt(aMs) - BigInt(bMs) || BigInt(aSeq) - BigInt(bSeq)
  return diff < 0n ? -1 : diff > 0n ? 1 : 0
}

/**
 * The fields to write, flat. An entry read from Redis goes back field by field, its body in its own place; from
 * anywhere else: the headers in order, then the key under `key` (Redis has none), then the body under the body field.
 */
export function fieldsOfMessage(message: OutgoingMessage, bodyField: string | undefined): Buffer[] {
  const flat: Buffer[] = []
  const ownBody = message.from === 'redis' ? message.properties.bodyField : undefined
  let isBodyWritten = false
  for (const header of message.headers) {
    const isOwnBody = !isBodyWritten && ownBody !== undefined && header.name === ownBody
    if (isOwnBody) isBodyWritten = true
    const value = isOwnBody && message.body ? viewOf(message.body) : bytesOfField(header)
    const isLiteral = message.from === 'kafka' || message.from === 'rabbitmq'
    flat.push(isLiteral ? Buffer.from(header.name, 'utf8') : bytesFromName(header.name), value)
  }
  if (message.key) flat.push(Buffer.from('key'), viewOf(message.key))
  if (message.body && !isBodyWritten) {
    const name = typeof ownBody === 'string' ? ownBody : (bodyField ?? bodyFields[0])
    flat.push(bytesFromName(name), viewOf(message.body))
  }
  return flat
}

/** Tables and lists have no bytes of their own: their JSON. */
function bytesOfField(header: Header): Buffer {
  const bytes = bytesOfHeader(header)
  if (bytes) return viewOf(bytes)
  return Buffer.from(header.value === null ? '' : JSON.stringify(header.value))
}

/** The same bytes, not a copy. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
