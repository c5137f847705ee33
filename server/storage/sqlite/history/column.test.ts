import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeColumn, encodeColumn } from './column.ts'
import { encodeChanges, readChanges } from './tick-body.ts'

const columnOf = (values: readonly (number | null)[], qualities: readonly number[] = []) => ({
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
  qualities: Uint8Array.from(values, (_, index) => qualities[index] ?? 0),
})
function roundTrip(values: readonly (number | null)[], qualities?: readonly number[]) {
  const bytes = encodeColumn(columnOf(values, qualities)).take()
  const back = decodeColumn(bytes, values.length)
  const known = [...back.values].map((value) => (Number.isNaN(value) ? null : value))
  return { known, qualities: [...back.qualities], bytes: bytes.length }
}

describe('a column', () => {
  it('comes back as it was: whole numbers, gaps and qualities', () => {
    const whole = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger())
    const cell = fc.record({ value: fc.option(whole), quality: fc.integer({ min: 0, max: 2 }) })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 200 }), (cells) => {
        const values = cells.map(({ value }) => value)
        const back = roundTrip(
          values,
          cells.map(({ quality }) => quality),
        )
        expect(back.known).toEqual(values.map((value) => value && value + 0))
        for (const [index, { value, quality }] of cells.entries())
          if (value !== null) expect(back.qualities[index]).toBe(quality)
      }),
    )
  })

  it('keeps three decimals, six below one, and doubles that are too large as they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 }),
        (values) => {
          const { known } = roundTrip(values)
          const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)))
          for (const [index, value] of values.entries()) {
            if (value === null) expect(known[index]).toBeNull()
            else
              expect(Math.abs((known[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
                largest < 1 ? 5.1e-7 : 5.1e-4,
              )
          }
        },
      ),
    )
    expect(roundTrip([1.8446744073709552e19, null, 12]).known).toEqual([1.8446744073709552e19, null, 12])
  })

  it('a gap is no zero, and a zero no gap', () => {
    expect(roundTrip([0, null, 0, null, null, -0]).known).toEqual([0, null, 0, null, null, 0])
  })

  it('what stands still costs next to nothing, a counter of messages about a byte a reading', () => {
    expect(roundTrip(Array.from({ length: 960 }, () => 12_345)).bytes).toBeLessThan(10)
    expect(
      roundTrip(Array.from({ length: 1000 }, (_, index) => 5000 + ((index * 37) % 61))).bytes,
    ).toBeLessThan(1300)
  })

  it('damage is an error and no value', () => {
    const bytes = encodeColumn(columnOf([1, 2, 3])).take()
    expect(() => decodeColumn(bytes.subarray(0, bytes.length - 1), 3)).toThrow(RangeError)
    expect(() => decodeColumn(Uint8Array.from([0, 1, 200, 1]), 3)).toThrow(RangeError)
  })
})

describe('what changed at a sample', () => {
  it('comes back in the order it was told', () => {
    const change = fc.record({
      series: fc.integer({ min: 0, max: 1_000_000 }),
      value: fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true }), fc.maxSafeInteger()),
      quality: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const body = encodeChanges({
          series: changes.map(({ series }) => series),
          values: Float64Array.from(changes, ({ value }) => value),
          qualities: Uint8Array.from(changes, ({ quality }) => quality),
        })
        const back: typeof changes = []
        readChanges(body, (series, value, quality) => void back.push({ series, value: value + 0, quality }))
        expect(back).toEqual(changes.map((one) => ({ ...one, value: one.value + 0 })))
      }),
    )
  })
})
