/**
 * AMQP 0-9-1 field tables without loss: each value keeps its tag, 64-bit integers are bigint, long strings
 * are bytes, order and duplicate names survive. amqplib's own codec rounds integers to doubles, picks the
 * smallest width, damages strings that are not UTF-8, and reorders names that look like numbers.
 */
export type Field =
  | { readonly tag: 'S' | 'x'; readonly value: Buffer }
  | { readonly tag: 't'; readonly value: boolean }
  | { readonly tag: 'b' | 'B' | 's' | 'u' | 'I' | 'i' | 'f' | 'd'; readonly value: number }
  | { readonly tag: 'l' | 'T'; readonly value: bigint }
  | { readonly tag: 'D'; readonly value: { readonly places: number; readonly digits: number } }
  | { readonly tag: 'F'; readonly value: FieldTable }
  | { readonly tag: 'A'; readonly value: readonly Field[] }
  | { readonly tag: 'V'; readonly value: null }

export class FieldTable {
  readonly entries: readonly (readonly [string, Field])[]
  constructor(entries: readonly (readonly [string, Field])[]) {
    this.entries = entries
  }

  get(name: string): Field | undefined {
    return this.entries.find(([key]) => key === name)?.[1]
  }
}

/** @param slice exactly the fields, without the table's own length */
export function decodeFields(slice: Buffer): FieldTable {
  const entries: [string, Field][] = []
  const cursor = { offset: 0 }
  while (cursor.offset < slice.length) {
    const length = slice.readUInt8(cursor.offset)
    const start = cursor.offset + 1
    cursor.offset = start + length
    entries.push([slice.toString('utf8', start, cursor.offset), decodeField(slice, cursor)])
  }
  return new FieldTable(entries)
}

function decodeField(slice: Buffer, cursor: { offset: number }): Field {
  const tag = String.fromCharCode(slice.readUInt8(cursor.offset))
  const at = cursor.offset + 1
  const step = <F extends Field>(bytes: number, field: F): F => {
    cursor.offset = at + bytes
    return field
  }
  switch (tag) {
    case 'b':
      return step(1, { tag, value: slice.readInt8(at) })
    case 'B':
      return step(1, { tag, value: slice.readUInt8(at) })
    case 's':
      return step(2, { tag, value: slice.readInt16BE(at) })
    case 'u':
      return step(2, { tag, value: slice.readUInt16BE(at) })
    case 'I':
      return step(4, { tag, value: slice.readInt32BE(at) })
    case 'i':
      return step(4, { tag, value: slice.readUInt32BE(at) })
    case 'l':
      return step(8, { tag, value: slice.readBigInt64BE(at) })
    case 'T':
      return step(8, { tag, value: slice.readBigUInt64BE(at) })
    case 'f':
      return step(4, { tag, value: slice.readFloatBE(at) })
    case 'd':
      return step(8, { tag, value: slice.readDoubleBE(at) })
    case 'D':
      return step(5, { tag, value: { places: slice.readUInt8(at), digits: slice.readUInt32BE(at + 1) } })
    case 't':
      return step(1, { tag, value: slice.readUInt8(at) !== 0 })
    case 'V':
      return step(0, { tag, value: null })
    case 'S':
    case 'x': {
      const end = at + 4 + slice.readUInt32BE(at)
      return step(end - at, { tag, value: slice.subarray(at + 4, end) })
    }
    case 'F': {
      const end = at + 4 + slice.readUInt32BE(at)
      return step(end - at, { tag, value: decodeFields(slice.subarray(at + 4, end)) })
    }
    case 'A': {
      const end = at + 4 + slice.readUInt32BE(at)
      const items: Field[] = []
      const inner = { offset: at + 4 }
      while (inner.offset < end) items.push(decodeField(slice, inner))
      return step(end - at, { tag, value: items })
    }
    default:
      throw new TypeError(`Unexpected type tag "${tag}" in an AMQP field table`)
  }
}

/** A whole table, its length first. Plain objects (queue arguments) are read by their JavaScript types. */
export function encodeTableToBuffer(table: unknown): Buffer {
  const parts: Buffer[] = []
  for (const [name, field] of entriesOf(table)) {
    const key = Buffer.from(name, 'utf8')
    if (key.length > 255) throw new TypeError('A header name is longer than 255 bytes')
    parts.push(Buffer.from([key.length]), key, encodeField(field))
  }
  return withLength(parts)
}

/** amqplib's signature: writes into `buffer` at `offset`, answers the bytes written. */
export function encodeTable(buffer: Buffer, table: unknown, offset: number): number {
  const encoded = encodeTableToBuffer(table)
  if (offset + encoded.length > buffer.length) {
    throw new RangeError(`Encoded field table exceeds the ${buffer.length} byte encoding buffer`)
  }
  return encoded.copy(buffer, offset)
}

function withLength(parts: readonly Buffer[]): Buffer {
  let at = 4
  for (const part of parts) at += part.length
  const out = Buffer.allocUnsafe(at)
  at = out.writeUInt32BE(at - 4, 0)
  for (const part of parts) at += part.copy(out, at)
  return out
}

function entriesOf(table: unknown): readonly (readonly [string, Field])[] {
  // amqplib hands over `Object.create(table)`, so the class is seen through the prototype chain.
  if (table instanceof FieldTable) return table.entries
  const entries: [string, Field][] = []
  for (const name in table as Record<string, unknown>) {
    const value = (table as Record<string, unknown>)[name]
    if (value !== undefined) entries.push([name, fieldOf(value)])
  }
  return entries
}

/** The field a plain JavaScript value stands for; integers are `int` or `long`, as RabbitMQ's own clients write them. */
export function fieldOf(value: unknown): Field {
  if (value === null) return { tag: 'V', value: null }
  if (typeof value === 'string') return { tag: 'S', value: Buffer.from(value, 'utf8') }
  if (typeof value === 'boolean') return { tag: 't', value }
  if (typeof value === 'bigint') return { tag: 'l', value }
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return { tag: 'd', value }
    return Math.abs(value) < 0x80000000 ? { tag: 'I', value } : { tag: 'l', value: BigInt(value) }
  }
  if (Buffer.isBuffer(value)) return { tag: 'x', value }
  if (value instanceof FieldTable) return { tag: 'F', value }
  if (Array.isArray(value)) return { tag: 'A', value: value.map(fieldOf) }
  if (typeof value === 'object' && isField(value)) return value
  if (typeof value === 'object') return { tag: 'F', value: new FieldTable(entriesOf(value)) }
  throw new TypeError(`A ${typeof value} has no place in an AMQP field table`)
}

function isField(value: object): value is Field {
  return Object.hasOwn(value, 'tag') && Object.hasOwn(value, 'value') && Object.keys(value).length === 2
}

function encodeField(field: Field): Buffer {
  const body = encodeValue(field)
  return Buffer.concat([Buffer.from(field.tag, 'latin1'), body])
}

function encodeValue(field: Field): Buffer {
  switch (field.tag) {
    case 'S':
    case 'x':
      return withLength([field.value])
    case 'F':
      return encodeTableToBuffer(field.value)
    case 'A':
      return withLength(field.value.map(encodeField))
    case 'V':
      return Buffer.alloc(0)
    case 't':
      return Buffer.from([field.value ? 1 : 0])
    default:
      return encodeNumber(field)
  }
}

type NumberField = Extract<Field, { tag: 'b' | 'B' | 's' | 'u' | 'I' | 'i' | 'f' | 'd' | 'l' | 'T' | 'D' }>
function encodeNumber(field: NumberField): Buffer {
  const out = Buffer.alloc(8)
  switch (field.tag) {
    case 'b':
      return out.subarray(0, out.writeInt8(field.value))
    case 'B':
      return out.subarray(0, out.writeUInt8(field.value))
    case 's':
      return out.subarray(0, out.writeInt16BE(field.value))
    case 'u':
      return out.subarray(0, out.writeUInt16BE(field.value))
    case 'I':
      return out.subarray(0, out.writeInt32BE(field.value))
    case 'i':
      return out.subarray(0, out.writeUInt32BE(field.value))
    case 'f':
      return out.subarray(0, out.writeFloatBE(field.value))
    case 'd':
      return out.subarray(0, out.writeDoubleBE(field.value))
    case 'l':
      return out.subarray(0, out.writeBigInt64BE(field.value))
    case 'T':
      return out.subarray(0, out.writeBigUInt64BE(field.value))
    case 'D':
      out.writeUInt8(field.value.places)
      return out.subarray(0, out.writeUInt32BE(field.value.digits, 1))
  }
}
