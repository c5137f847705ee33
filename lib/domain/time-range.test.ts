import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedRange, hasData, parseRange, printRange, ranges } from './time-range.ts'

const live = { kind: 'moving', id: 'live' }

describe('a range in an address', () => {
  it.each([
    [null, live],
    ['', live],
    ['1h', { kind: 'moving', id: '1h', spanMs: 3_600_000 }],
    ['yesterday', live],
    ['2026-11-27T22:00:00Z..soon', live],
    ['2026-11-27T22:00:00Z..2026-11-27T21:00:00Z', live],
    ['2026-11-27T22:00:00Z..2026-11-27T22:00:01Z', live],
    ['1970-01-01T00:00:00Z..1970-01-01T00:01:00Z', { kind: 'fixed', fromMs: 0, toMs: 60_000 }],
    ['1970-01-01T01:00:00+01:00..1970-01-01T00:01:00Z', { kind: 'fixed', fromMs: 0, toMs: 60_000 }],
  ])('%j', (text, range) => {
    expect(parseRange(text)).toMatchObject(range)
  })

  it('is read back as what it was', () => {
    for (const { id } of ranges) expect(parseRange(printRange(parseRange(id)))).toMatchObject({ id })
    const times = fc.integer({ min: 0, max: 4e12 })
    fc.assert(
      fc.property(times, times, (one, other) => {
        const range = fixedRange(one, other)
        expect(parseRange(printRange(range))).toEqual(range)
      }),
    )
  })
})

it('offers a range only where it shows more than the one before', () => {
  const offered = (watchedMs: number) =>
    ranges.filter(({ spanMs }) => hasData(spanMs, 0, watchedMs)).map(({ id }) => id)
  expect(offered(60_000)).toEqual(['live'])
  expect(offered(16 * 60_000)).toEqual(['live', '1h'])
  expect(offered(30 * 3_600_000)).toEqual(['live', '1h', '6h', '24h', '7d'])
})
