import { z } from 'zod'
import { headerSchema } from '../../../lib/schemas/header.ts'
import type { BrokerMessage } from '../../brokers/contract/index.ts'

/** A message as one NDJSON line: bytes as base64, headers with their native tags, so that it reads back the same. */
export function writeMessageLine(message: BrokerMessage): string {
  return `${JSON.stringify({
    id: message.id,
    position: message.position,
    key: toBase64(message.key),
    body: toBase64(message.body),
    headers: message.headers,
    properties: message.properties,
    timestampMs: message.timestampMs,
    sizeBytes: message.sizeBytes,
  })}\n`
}

const lineSchema = z.object({
  id: z.string(),
  position: z.string(),
  key: z.base64().nullable(),
  body: z.base64().nullable(),
  headers: z.array(headerSchema),
  properties: z.record(z.string(), z.unknown()),
  timestampMs: z.number().nullable(),
  sizeBytes: z.number(),
})

export function readMessageLine(line: string): BrokerMessage {
  const raw: unknown = JSON.parse(line)
  const parsed = lineSchema.parse(raw)
  return { ...parsed, key: fromBase64(parsed.key), body: fromBase64(parsed.body) }
}

function toBase64(bytes: Uint8Array | null): string | null {
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function fromBase64(text: string | null): Uint8Array | null {
  return text === null ? null : new Uint8Array(Buffer.from(text, 'base64'))
}
