import { describe, expect, it } from 'vitest'
import { AbortedFilter } from './aborted.ts'
import type { Batch } from './decode.ts'
import { readBatches } from './decode.ts'
import { writeBatch } from './encode.ts'

const transactional = 0x10
const control = 0x20

function batch(
  producerId: bigint,
  offset: bigint,
  attributes = transactional,
  key: Buffer | null = null,
): Batch {
  const bytes = writeBatch([{ key, value: null, headers: [], timestampMs: 0 }], {
    id: producerId,
    epoch: 0,
    sequence: 0,
  })
  bytes.writeBigInt64BE(offset, 0)
  bytes.writeInt16BE(attributes, 21)
  const [read] = readBatches(bytes)
  if (!read) throw new Error('no batch')
  return read
}
const marker = (producerId: bigint, offset: bigint, type: 'abort' | 'commit') =>
  batch(producerId, offset, transactional | control, Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]))

describe('aborted transactions', () => {
  it('tells two aborts of one producer from the commit between them', () => {
    const filter = new AbortedFilter()
    filter.learn([
      { producerId: 1n, firstOffset: 6n },
      { producerId: 1n, firstOffset: 0n },
    ])
    const seen = [
      batch(1n, 0n),
      marker(1n, 1n, 'abort'),
      batch(1n, 2n),
      marker(1n, 3n, 'commit'),
      batch(2n, 4n),
      batch(-1n, 5n, 0),
      batch(1n, 6n),
      marker(1n, 7n, 'abort'),
      batch(1n, 8n),
    ].map((row) => filter.accepts(row))
    expect(seen).toEqual([false, false, true, false, true, true, false, false, true])
  })

  it('carries an open range over responses that name it again', () => {
    const filter = new AbortedFilter()
    const range = { producerId: 9n, firstOffset: 10n }
    filter.learn([range])
    expect(filter.accepts(batch(9n, 10n))).toBe(false)
    filter.learn([range])
    expect(filter.accepts(batch(9n, 11n))).toBe(false)
    filter.learn([])
    expect(filter.accepts(marker(9n, 12n, 'abort'))).toBe(false)
    expect(filter.accepts(batch(9n, 13n))).toBe(true)
  })

  it('knows a range whose beginning lies before the scan', () => {
    const filter = new AbortedFilter()
    filter.learn([{ producerId: 3n, firstOffset: 1n }])
    expect(filter.accepts(batch(3n, 40n))).toBe(false)
    expect(filter.accepts(marker(3n, 41n, 'abort'))).toBe(false)
    expect(filter.accepts(batch(3n, 42n))).toBe(true)
  })

  it('shows the plain messages of a producer with an open transaction', () => {
    const filter = new AbortedFilter()
    filter.learn([{ producerId: 3n, firstOffset: 1n }])
    expect(filter.accepts(batch(3n, 1n))).toBe(false)
    expect(filter.accepts(batch(3n, 2n, 0))).toBe(true)
  })
})
