import { BrokerError } from '../../contract/index.ts'
import { decompress } from '../codecs.ts'

/** Header of one record batch (magic 2) and its bytes, still compressed. */
export interface Batch {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  readonly attributes: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: bigint
  readonly count: number
  readonly records: Buffer
}

export interface KafkaRecord {
  readonly offset: bigint
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [Buffer, Buffer | null])[]
}

const headBytes = 61
const transactionalBit = 0x10
const controlBit = 0x20
const logAppendTimeBit = 0x08

export const isTransactional = (batch: Batch): boolean => (batch.attributes & transactionalBit) !== 0
/** A transaction's marker: takes an offset, is no message. */
export const isControl = (batch: Batch): boolean => (batch.attributes & controlBit) !== 0

/** Whole batches only: a fetch may cut the last one short. */
export function* readBatches(bytes: Buffer): Generator<Batch> {
  for (let at = 0; at + headBytes <= bytes.length; ) {
    const end = at + 12 + bytes.readInt32BE(at + 8)
    if (end < at + headBytes) throw new BrokerError('protocol', 'The broker sent a damaged record batch')
    if (end > bytes.length) return
    const magic = bytes.readInt8(at + 16)
    if (magic !== 2)
      throw new BrokerError('unsupported', `Messages in the format of Kafka 0.10 and older (magic ${magic})`)
    const baseOffset = bytes.readBigInt64BE(at)
    yield {
      baseOffset,
      lastOffset: baseOffset + BigInt(bytes.readInt32BE(at + 23)),
      attributes: bytes.readInt16BE(at + 21),
      baseTimestamp: Number(bytes.readBigInt64BE(at + 27)),
      maxTimestamp: Number(bytes.readBigInt64BE(at + 35)),
      producerId: bytes.readBigInt64BE(at + 43),
      count: bytes.readInt32BE(at + 57),
      records: bytes.subarray(at + headBytes, end),
    }
    at = end
  }
}

/** The records of a batch in offset order. A compacted batch has gaps, or none left at all. */
export function readRecords(batch: Batch): KafkaRecord[] {
  const cursor = new Cursor(decompress(batch.attributes & 7, batch.records))
  const appended = (batch.attributes & logAppendTimeBit) !== 0
  const records: KafkaRecord[] = []
  for (let index = 0; index < batch.count; index++) {
    cursor.varint()
    cursor.at += 1
    const timestamp = batch.baseTimestamp + cursor.varint()
    const offset = batch.baseOffset + BigInt(cursor.varint())
    const key = cursor.bytes()
    const value = cursor.bytes()
    const headers: (readonly [Buffer, Buffer | null])[] = []
    for (let left = cursor.varint(); left > 0; left--)
      headers.push([cursor.bytes() ?? Buffer.alloc(0), cursor.bytes()])
    records.push({
      offset,
      timestampMs: appended ? batch.maxTimestamp : timestamp,
      key,
      value,
      headers,
    })
  }
  return records
}

/** 0 abort, 1 commit; null for markers of other kinds. */
export function markerOf(batch: Batch): number | null {
  const [record] = readRecords(batch)
  return record?.key && record.key.length >= 4 ? record.key.readInt16BE(2) : null
}

class Cursor {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Zigzag, up to 53 bits: time deltas pass 32. */
  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) throw new RangeError('record cut short')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) break
      scale *= 128
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  bytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const slice = this.#bytes.subarray(this.at, this.at + length)
    if (slice.length !== length) throw new RangeError('record cut short')
    this.at += length
    return slice
  }
}
