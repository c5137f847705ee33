import { decodeFields, encodeTableToBuffer, type FieldTable } from './codec.ts'

/** The AMQP content properties in wire order; strings as bytes, so that none is damaged. */
const layout = [
  ['contentType', 'short'],
  ['contentEncoding', 'short'],
  ['headers', 'table'],
  ['deliveryMode', 'octet'],
  ['priority', 'octet'],
  ['correlationId', 'short'],
  ['replyTo', 'short'],
  ['expiration', 'short'],
  ['messageId', 'short'],
  ['timestamp', 'long'],
  ['type', 'short'],
  ['userId', 'short'],
  ['appId', 'short'],
  ['clusterId', 'short'],
] as const

export const shortNames = layout.filter(([, kind]) => kind === 'short').map(([name]) => name) as ShortName[]
export type ShortName = Extract<(typeof layout)[number], readonly [string, 'short']>[0]

export interface BasicFields extends Partial<Record<ShortName, Buffer>> {
  headers?: FieldTable | undefined
  deliveryMode?: number
  priority?: number
  /** Seconds, unsigned 64-bit. */
  timestamp?: bigint
}

/** Carries the properties through amqplib untouched: it stands where amqplib expects a headers object. */
export class BasicProperties {
  readonly fields: BasicFields
  /** Bytes on the wire, where it was read from there. */
  readonly size: number | null
  constructor(fields: BasicFields, size: number | null = null) {
    this.fields = fields
    this.size = size
  }
}

/** @param payload flags and fields, as they follow the body size in a content header frame */
export function decodeProperties(payload: Buffer): BasicProperties {
  const flags = payload.readUInt16BE(0)
  const fields: BasicFields = {}
  let offset = 2
  layout.forEach(([name, kind], index) => {
    if ((flags & (0x8000 >> index)) === 0) return
    if (kind === 'octet') {
      fields[name] = payload.readUInt8(offset)
      offset += 1
    } else if (kind === 'long') {
      fields[name] = payload.readBigUInt64BE(offset)
      offset += 8
    } else if (kind === 'table') {
      const end = offset + 4 + payload.readUInt32BE(offset)
      fields[name] = decodeFields(payload.subarray(offset + 4, end))
      offset = end
    } else {
      const end = offset + 1 + payload.readUInt8(offset)
      fields[name] = payload.subarray(offset + 1, end)
      offset = end
    }
  })
  return new BasicProperties(fields, offset)
}

/** Flags and fields; the inverse of `decodeProperties`. A replay does this for every message, so one buffer takes all. */
export function encodeProperties(fields: BasicFields): Buffer {
  const table = fields.headers === undefined ? null : encodeTableToBuffer(fields.headers)
  const out = Buffer.allocUnsafe(2 + sizeOfFields(fields) + (table?.length ?? 0))
  let flags = 0
  let at = 2
  for (let index = 0; index < layout.length; index += 1) {
    const [name, kind] = layout[index] as (typeof layout)[number]
    const value = fields[name]
    if (value === undefined) continue
    flags |= 0x8000 >> index
    if (kind === 'octet') at = out.writeUInt8(Number(value), at)
    else if (kind === 'table') at += table?.copy(out, at) ?? 0
    else if (kind === 'long') at = out.writeBigUInt64BE(BigInt(value as bigint), at)
    else {
      const bytes = value as Buffer
      at = out.writeUInt8(bytes.length, at)
      at += bytes.copy(out, at)
    }
  }
  out.writeUInt16BE(flags, 0)
  return out
}

/** Bytes of all fields but the headers. */
function sizeOfFields(fields: BasicFields): number {
  let size = 0
  if (fields.deliveryMode !== undefined) size += 1
  if (fields.priority !== undefined) size += 1
  if (fields.timestamp !== undefined) size += 8
  for (const name of shortNames) {
    const bytes = fields[name]
    if (bytes === undefined) continue
    if (bytes.length > 255) throw new TypeError(`${name} is longer than 255 bytes`)
    size += 1 + bytes.length
  }
  return size
}

/** A whole content header frame of class 60, as amqplib would build it. */
export function encodeHeaderFrame(channel: number, bodySize: number, fields: BasicFields): Buffer {
  const properties = encodeProperties(fields)
  const frame = Buffer.allocUnsafe(7 + 12 + properties.length + 1)
  frame.writeUInt8(2, 0)
  frame.writeUInt16BE(channel, 1)
  frame.writeUInt32BE(12 + properties.length, 3)
  frame.writeUInt32BE(60 << 16, 7)
  frame.writeBigUInt64BE(BigInt(bodySize), 11)
  properties.copy(frame, 19)
  frame.writeUInt8(206, frame.length - 1)
  return frame
}
