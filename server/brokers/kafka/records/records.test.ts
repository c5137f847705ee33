import { crc32c } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBatches, readRecords } from './decode.ts'
import { sizeOf, writeBatch } from './encode.ts'

const producer = { id: 4_000_000_000n, epoch: 3, sequence: 17 }
const blob = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const record = fc.record({
  key: fc.option(blob),
  value: fc.option(blob),
  headers: fc.array(fc.tuple(blob, fc.option(blob)), { maxLength: 5 }),
  timestampMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
})

describe('record batches', () => {
  it('read back what was written, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
        const bytes = writeBatch(records, producer)
        const [batch, ...rest] = readBatches(bytes)
        if (!batch) throw new Error('no batch')
        expect(rest).toEqual([])
        expect(batch.producerId).toBe(producer.id)
        expect(batch.lastOffset).toBe(BigInt(records.length - 1))
        expect(batch.maxTimestamp).toBe(Math.max(...records.map((row) => row.timestampMs)))
        expect(bytes.readUInt32BE(17)).toBe(crc32c(bytes.subarray(21)) >>> 0)
        expect(readRecords(batch)).toEqual(records.map((row, index) => ({ ...row, offset: BigInt(index) })))
        expect(bytes.length).toBeLessThanOrEqual(61 + records.reduce((sum, row) => sum + sizeOf(row), 0))
      }),
    )
  })

  it('reads whole batches only, and refuses damaged and ancient ones', () => {
    const one = writeBatch([{ key: null, value: Buffer.from('x'), headers: [], timestampMs: 5 }], producer)
    const two = Buffer.concat([one, one])
    expect([...readBatches(two)]).toHaveLength(2)
    expect([...readBatches(two.subarray(0, two.length - 1))]).toHaveLength(1)
    const damaged = Buffer.from(one)
    damaged.writeInt32BE(-12, 8)
    expect(() => [...readBatches(damaged)]).toThrow('damaged')
    const ancient = Buffer.from(one)
    ancient.writeInt8(1, 16)
    expect(() => [...readBatches(ancient)]).toThrow('0.10')
  })

  it('takes the time of the log where the broker stamps messages', () => {
    const bytes = writeBatch([{ key: null, value: null, headers: [], timestampMs: 5 }], producer)
    bytes.writeInt16BE(0x08, 21)
    bytes.writeBigInt64BE(99n, 35)
    const [batch] = readBatches(bytes)
    expect(batch && readRecords(batch)[0]?.timestampMs).toBe(99)
  })
})
