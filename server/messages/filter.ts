import type { Header, HeaderItem } from '../../lib/schemas/header.ts'
import { type BrokerMessage, textOfHeader } from '../brokers/contract/index.ts'
import { listLimits } from './codecs/limits.ts'
import { unwrap } from './codecs/unwrap.ts'
import { encodingsOf } from './encodings.ts'

export type Matcher = (message: BrokerMessage) => boolean

/** A plain substring, in any case, of key, headers, properties or body; the body as it lies there and unwrapped. */
export function newMatcher(filter: string): Matcher {
  const needle = filter.toLowerCase()
  const isIn = (text: string) => text.toLowerCase().includes(needle)
  const inBytes = (bytes: Uint8Array | null) => bytes !== null && isIn(textOf(bytes))
  return (message) => {
    if (inBytes(message.key) || inBytes(message.body)) return true
    if (message.headers.some((header) => isInHeader(header, isIn))) return true
    if (Object.values(message.properties).some((value) => isInProperty(value, isIn))) return true
    if (message.body === null) return false
    const inner = unwrap(message.body, encodingsOf(message), listLimits.layerBytes)
    return inner.steps.length > 0 && inBytes(inner.bytes)
  }
}

function isInHeader(header: Header | HeaderItem, isIn: (text: string) => boolean): boolean {
  if ('name' in header && isIn(header.name)) return true
  if (Array.isArray(header.value)) return header.value.some((item) => isInHeader(item, isIn))
  const text = textOfHeader(header)
  return text !== null && isIn(text)
}

function isInProperty(value: unknown, isIn: (text: string) => boolean): boolean {
  return (typeof value === 'string' || typeof value === 'number') && isIn(String(value))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
