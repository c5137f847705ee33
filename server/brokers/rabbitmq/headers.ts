import type { Header, HeaderItem, HeaderType } from '../../../lib/schemas/header.ts'
import { BrokerError, decodeUtf8 } from '../contract/index.ts'
import { type Field, FieldTable } from './codec.ts'

const typeOfTag = {
  b: 'int8',
  B: 'uint8',
  s: 'int16',
  u: 'uint16',
  I: 'int32',
  i: 'uint32',
  l: 'int64',
  f: 'float',
  d: 'double',
  D: 'decimal',
  T: 'timestamp',
  t: 'bool',
  V: 'null',
  F: 'table',
  A: 'list',
  x: 'bytes',
} as const satisfies Record<string, HeaderType>

export function headersOfTable(table: FieldTable): Header[] {
  return table.entries.map(([name, field]) => ({ name, ...itemOfField(field) }))
}

/** One field as a typed value; a long string that is not UTF-8 keeps its tag in `native`. */
export function itemOfField(field: Field): HeaderItem {
  if (field.tag === 'S') {
    const text = decodeUtf8(field.value)
    return text === null
      ? { type: 'bytes', value: field.value.toString('base64'), native: 'S' }
      : { type: 'string', value: text }
  }
  const type = typeOfTag[field.tag]
  switch (field.tag) {
    case 'x':
      return { type, value: field.value.toString('base64') }
    case 'V':
      return { type, value: null }
    case 'F':
      return { type, value: headersOfTable(field.value) }
    case 'A':
      return { type, value: field.value.map(itemOfField) }
    case 'D':
      return { type, value: textOfDecimal(field.value) }
    default:
      return { type, value: Object.is(field.value, -0) ? '-0' : String(field.value) }
  }
}

function textOfDecimal({ places, digits }: { places: number; digits: number }): string {
  if (places === 0) return String(digits)
  const text = String(digits).padStart(places + 1, '0')
  return `${text.slice(0, -places)}.${text.slice(-places)}`
}

/** @throws bad_request where a value does not fit its type */
export function tableOfHeaders(headers: readonly Header[]): FieldTable {
  return new FieldTable(
    headers.map((header) => {
      if (Buffer.byteLength(header.name) > 255) throw invalid(header.name, 'a name of at most 255 bytes')
      return [header.name, fieldOfItem(header, header.name)] as const
    }),
  )
}

const integers = {
  int8: ['b', -0x80, 0x7f],
  uint8: ['B', 0, 0xff],
  int16: ['s', -0x8000, 0x7fff],
  uint16: ['u', 0, 0xffff],
  int32: ['I', -0x80000000, 0x7fffffff],
  uint32: ['i', 0, 0xffffffff],
} as const

function fieldOfItem(item: HeaderItem, name: string): Field {
  const { type, value } = item
  if (type === 'null') return { tag: 'V', value: null }
  if (type === 'table' || type === 'list') {
    if (!Array.isArray(value)) throw invalid(name, `a ${type}`)
    if (type === 'list') return { tag: 'A', value: value.map((entry) => fieldOfItem(entry, name)) }
    return { tag: 'F', value: tableOfHeaders(value.map((entry) => namedOf(entry, name))) }
  }
  if (typeof value !== 'string') throw invalid(name, `a value of type ${type}`)
  switch (type) {
    case 'string':
      return { tag: 'S', value: Buffer.from(value, 'utf8') }
    case 'bytes':
      return { tag: item.native === 'S' ? 'S' : 'x', value: Buffer.from(value, 'base64') }
    case 'bool':
      if (value !== 'true' && value !== 'false') throw invalid(name, 'true or false')
      return { tag: 't', value: value === 'true' }
    case 'float':
    case 'double': {
      const number = Number(value)
      if (value.trim() === '' || !Number.isFinite(number)) throw invalid(name, 'a finite number')
      return { tag: type === 'float' ? 'f' : 'd', value: number }
    }
    case 'decimal':
      return { tag: 'D', value: decimalOf(value, name) }
    case 'int64':
      return { tag: 'l', value: bigOf(value, name, -(2n ** 63n), 2n ** 63n - 1n) }
    case 'timestamp':
      return { tag: 'T', value: secondsOf(value, name) }
    default: {
      const [tag, min, max] = integers[type]
      return { tag, value: Number(bigOf(value, name, BigInt(min), BigInt(max))) }
    }
  }
}

function namedOf(entry: HeaderItem, name: string): Header {
  if ('name' in entry && typeof entry.name === 'string') return { ...entry, name: entry.name }
  throw invalid(name, 'a table of named values')
}

function bigOf(text: string, name: string, min: bigint, max: bigint): bigint {
  if (!/^-?\d{1,20}$/.test(text)) throw invalid(name, 'a whole number')
  const number = BigInt(text)
  if (number < min || number > max) throw invalid(name, `a whole number from ${min} to ${max}`)
  return number
}

/** Whole seconds, or an ISO 8601 time. */
export function secondsOf(text: string, name: string): bigint {
  if (/^\d{1,20}$/.test(text)) return bigOf(text, name, 0n, 2n ** 64n - 1n)
  const ms = Date.parse(text)
  if (Number.isNaN(ms) || ms < 0) throw invalid(name, 'seconds since 1970 or an ISO 8601 time')
  return BigInt(Math.floor(ms / 1000))
}

function decimalOf(text: string, name: string): { places: number; digits: number } {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = match?.[2] ?? ''
  const digits = match ? Number(`${match[1]}${fraction}`) : Number.NaN
  if (!(digits <= 0xffffffff) || fraction.length > 255) throw invalid(name, 'a decimal of at most 32 bits')
  return { places: fraction.length, digits }
}

function invalid(name: string, expected: string): BrokerError {
  return new BrokerError('bad_request', `Header ${JSON.stringify(name)}: expected ${expected}`)
}
