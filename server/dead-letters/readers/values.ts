import type { HeaderItem } from '../../../lib/schemas/header.ts'
import { bytesOfHeader, decodeUtf8 } from '../../brokers/contract/index.ts'

const maxTimeMs = 253_402_300_799_999

/**
 * A whole number from a header: decimal text, or 2, 4 or 8 bytes big-endian, as Java's serializers write them.
 * Null when it is neither. Digits are read as text: their bytes as a number would be far beyond any real value.
 */
export function wholeNumberOf(header: HeaderItem): bigint | null {
  const bytes = bytesOfHeader(header)
  if (!bytes || bytes.length === 0 || bytes.length > 40) return null
  const text = decodeUtf8(bytes)?.trim()
  if (text !== undefined && /^-?\d{1,20}$/.test(text)) return BigInt(text)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length === 8) return buffer.readBigInt64BE()
  if (buffer.length === 4) return BigInt(buffer.readInt32BE())
  return buffer.length === 2 ? BigInt(buffer.readInt16BE()) : null
}

/** Hex of a value that could not be read, for a person. */
export function hexOf(header: HeaderItem): string {
  const bytes = bytesOfHeader(header)
  if (!bytes) return `a ${header.type}`
  const shown = Buffer.from(bytes.slice(0, 16)).toString('hex')
  return `${bytes.length} bytes 0x${shown}${bytes.length > 16 ? '…' : ''}`
}

/** Epoch milliseconds from ISO text, NServiceBus's own form, seconds or milliseconds since 1970; null for anything else. */
export function timeOf(header: HeaderItem): number | null {
  const number = wholeNumberOf(header)
  if (number !== null) return timeOfNumber(number, header.type === 'timestamp')
  return typeof header.value === 'string' && header.type !== 'bytes' ? timeOfText(header.value) : null
}

/** Fractions of seconds since 1970 (Python's time.time()) are read too. A time without a zone is taken as UTC. */
export function timeOfText(raw: string): number | null {
  const text = raw.trim()
  if (text.length > 64) return null
  if (/^\d{9,11}\.\d{1,9}$/.test(text)) return within(Math.floor(Number(text) * 1000))
  // NServiceBus writes `2014-11-11 02:26:58:000462 Z`: a colon before the microseconds.
  const own = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d):(\d{1,6}) Z$/.exec(text)
  const iso = own ? `${own[1]}T${own[2]}.${own[3]}Z` : text
  if (!/^\d{4}-\d\d-\d\d([T ]|$)/.test(iso)) return null
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(iso.slice(10))
  // Date reads at most milliseconds of the seven digits .NET writes.
  const cut = iso.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1')
  return within(Date.parse(hasZone || cut.length === 10 ? cut : `${cut}Z`))
}

function timeOfNumber(number: bigint, isSeconds: boolean): number | null {
  const isMs = number > 100_000_000_000n
  return within(Number(isMs ? number : isSeconds || number > 100_000_000n ? number * 1000n : -1n))
}

function within(ms: number): number | null {
  return isTime(ms) ? ms : null
}

/** A time that can be written as ISO 8601 with a year of four digits. */
export function isTime(ms: number): boolean {
  return ms > 0 && ms <= maxTimeMs
}
