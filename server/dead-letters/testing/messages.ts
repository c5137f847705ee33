import type { Header, HeaderItem } from '../../../lib/schemas/header.ts'
import { type BrokerMessage, headerFromBytes, textHeader } from '../../brokers/contract/index.ts'

export type HeaderInput = string | number | Uint8Array | null | HeaderItem

/** Numbers become int64, as RabbitMQ writes counts. */
export function header(name: string, value: HeaderInput): Header {
  if (typeof value === 'string') return textHeader(name, value)
  if (typeof value === 'number') return { name, type: 'int64', value: String(value) }
  if (value === null || value instanceof Uint8Array) return headerFromBytes(name, value)
  return { name, ...value }
}

export function headers(values: Readonly<Record<string, HeaderInput>>): Header[] {
  return Object.entries(values).map(([name, value]) => header(name, value))
}

export function message(
  own: readonly Header[],
  more: { body?: string; properties?: Record<string, unknown>; timestampMs?: number | null } = {},
): BrokerMessage {
  return {
    id: 'm-1',
    position: '1',
    key: null,
    body: more.body === undefined ? Buffer.from('{"order":1}') : Buffer.from(more.body),
    headers: own,
    properties: more.properties ?? {},
    timestampMs: more.timestampMs ?? null,
    sizeBytes: 11,
  }
}

export interface DeathInput {
  queue: string
  reason: string
  count?: number
  time?: number
  exchange?: string
  key?: string
}

/** As the broker writes it: newest first, `time` in seconds. */
export function xDeath(...deaths: readonly DeathInput[]): Header {
  const value = deaths.map(
    (death): HeaderItem => ({
      type: 'table',
      value: [
        header('count', death.count ?? 1),
        header('reason', death.reason),
        header('queue', death.queue),
        { name: 'time', type: 'timestamp', value: String(death.time ?? 1_700_000_000) },
        header('exchange', death.exchange ?? ''),
        {
          name: 'routing-keys',
          type: 'list',
          value: [{ type: 'string', value: death.key ?? death.queue }],
        },
      ],
    }),
  )
  return { name: 'x-death', type: 'list', value }
}

export function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}
