import type { Header, HeaderItem } from '../../../lib/schemas/header.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text, or null when the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

export function textHeader(name: string, value: string): Header {
  return { name, type: 'string', value }
}

/** A header from raw bytes: `string` when valid UTF-8, else `bytes`; null bytes are `null`. */
export function headerFromBytes(name: string, bytes: Uint8Array | null): Header {
  if (bytes === null) return { name, type: 'null', value: null }
  const text = decodeUtf8(bytes)
  return text === null
    ? { name, type: 'bytes', value: Buffer.from(bytes).toString('base64') }
    : { name, type: 'string', value: text }
}

/** The bytes again, exactly; numbers and bools as their text. Tables and lists have none: null. */
export function bytesOfHeader(header: HeaderItem): Uint8Array | null {
  if (typeof header.value !== 'string') return null
  return header.type === 'bytes' ? Buffer.from(header.value, 'base64') : Buffer.from(header.value, 'utf8')
}

/** For reading: the text of a header, bytes as lossy text, null for tables, lists and null. */
export function textOfHeader(header: HeaderItem): string | null {
  if (typeof header.value !== 'string') return null
  return header.type === 'bytes' ? Buffer.from(header.value, 'base64').toString('utf8') : header.value
}
