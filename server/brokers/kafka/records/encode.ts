import { crc32c } from '@platformatic/kafka'

export interface RecordToWrite {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [Uint8Array, Uint8Array | null])[]
  readonly timestampMs: number
}

const headBytes = 61
/** Record length, attributes, time and offset deltas, four lengths: at most this beside the payloads. */
const overheadBytes = 40

/** An upper bound of what this record takes in a batch. */
export function sizeOf(record: RecordToWrite): number {
  let size = overheadBytes + (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const [name, value] of record.headers) size += 10 + name.length + (value?.length ?? 0)
  return size
}

/** One uncompressed record batch (magic 2) of an idempotent producer. */
export function writeBatch(
  records: readonly RecordToWrite[],
  producer: { readonly id: bigint; readonly epoch: number; readonly sequence: number },
): Buffer {
  let bound = headBytes
  for (const record of records) bound += sizeOf(record)
  const bytes = Buffer.allocUnsafe(bound)
  const base = records[0]?.timestampMs ?? 0
  let max = base
  let at = headBytes
  for (const [index, record] of records.entries()) {
    if (record.timestampMs > max) max = record.timestampMs
    at = writeRecord(bytes, at, record, record.timestampMs - base, index)
  }
  bytes.writeBigInt64BE(0n, 0)
  bytes.writeInt32BE(at - 12, 8)
  bytes.writeInt32BE(-1, 12)
  bytes.writeInt8(2, 16)
  bytes.writeInt16BE(0, 21)
  bytes.writeInt32BE(records.length - 1, 23)
  bytes.writeBigInt64BE(BigInt(base), 27)
  bytes.writeBigInt64BE(BigInt(max), 35)
  bytes.writeBigInt64BE(producer.id, 43)
  bytes.writeInt16BE(producer.epoch, 51)
  bytes.writeInt32BE(producer.sequence, 53)
  bytes.writeInt32BE(records.length, 57)
  bytes.writeUInt32BE(crc32c(bytes.subarray(21, at)) >>> 0, 17)
  return bytes.subarray(0, at)
}

function writeRecord(bytes: Buffer, at: number, record: RecordToWrite, time: number, index: number): number {
  let size = 1 + varintSize(time) + varintSize(index) + varintSize(record.headers.length)
  size += blobSize(record.key) + blobSize(record.value)
  for (const [name, value] of record.headers) size += blobSize(name) + blobSize(value)
  at = writeVarint(bytes, at, size)
  bytes[at++] = 0
  at = writeVarint(bytes, at, time)
  at = writeVarint(bytes, at, index)
  at = writeBlob(bytes, at, record.key)
  at = writeBlob(bytes, at, record.value)
  at = writeVarint(bytes, at, record.headers.length)
  for (const [name, value] of record.headers) at = writeBlob(bytes, writeBlob(bytes, at, name), value)
  return at
}

const zigzag = (value: number) => (value < 0 ? -value * 2 - 1 : value * 2)

function varintSize(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

const blobSize = (blob: Uint8Array | null) => (blob === null ? 1 : varintSize(blob.length) + blob.length)

function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = zigzag(value)
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80
  bytes[at++] = rest
  return at
}

function writeBlob(bytes: Buffer, at: number, blob: Uint8Array | null): number {
  if (blob === null) return writeVarint(bytes, at, -1)
  at = writeVarint(bytes, at, blob.length)
  bytes.set(blob, at)
  return at + blob.length
}
