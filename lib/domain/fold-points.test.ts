import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldPoints, joinPoints, newPoints, type Points } from './fold-points.ts'

type Raw = { at: number; until: number; value: number; quality?: number }
function pointsOf(raws: readonly Raw[]): Points {
  const points = newPoints(raws.length)
  for (const [index, { at, until, value, quality = 0 }] of raws.entries()) {
    points.at[index] = at
    points.until[index] = until
    for (const column of [points.average, points.low, points.high]) column[index] = value
    points.count[index] = 1
    points.quality[index] = quality
  }
  return points
}
const list = (column: Float64Array) => [...column].map((value) => (Number.isNaN(value) ? null : value))

/** Readings in order of time, some of which stand until the next and some not. */
const readings = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 40 }),
      stands: fc.integer({ min: 1, max: 60 }),
      value: fc.integer({ min: -1000, max: 1_000_000 }),
      quality: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    let at = 0
    const times = rows.map(({ gap }) => (at += gap))
    return rows.map(({ stands, value, quality }, index) => {
      const own = times[index] ?? 0
      return {
        at: own,
        until: Math.min(own + stands, times[index + 1] ?? Number.POSITIVE_INFINITY),
        value,
        quality,
      }
    })
  })

describe('folding', () => {
  it('keeps the average, the lowest and the highest of a step', () => {
    const folded = foldPoints(
      pointsOf([
        { at: 0, until: 5, value: 10 },
        { at: 5, until: 10, value: 1000, quality: 2 },
        { at: 10, until: 15, value: 4 },
      ]),
      0,
      10,
      2,
    )
    expect([list(folded.average), list(folded.low), list(folded.high)]).toEqual([
      [505, 4],
      [10, 4],
      [1000, 4],
    ])
    expect([[...folded.count], [...folded.quality]]).toEqual([
      [2, 1],
      [2, 0],
    ])
  })

  it('a step no reading fell into has the one that still stood; where none stood it is unknown, never 0', () => {
    const folded = foldPoints(
      pointsOf([
        { at: -7, until: 4, value: 3 },
        { at: 12, until: 33, value: 7 },
      ]),
      0,
      5,
      9,
    )
    expect(list(folded.average)).toEqual([3, null, 7, 7, 7, 7, 7, null, null])
    expect([...folded.count]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0])
  })

  it('never averages a spike away, never leaves its bounds, and invents nothing', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 50 }), (raws, step) => {
        const length = 60
        const folded = foldPoints(pointsOf(raws), 0, step, length)
        for (let cell = 0; cell < length; cell += 1) {
          const [from, to] = [cell * step, (cell + 1) * step]
          const own = raws.filter(({ at }) => at >= from && at < to)
          const standing = raws.filter(({ at, until }) => at < to && until > from)
          const average = folded.average[cell] ?? Number.NaN
          expect(Number.isNaN(average)).toBe(standing.length === 0)
          if (standing.length === 0) continue
          const shown = own.length > 0 ? own : standing.slice(-1)
          expect(folded.low[cell]).toBe(Math.min(...shown.map(({ value }) => value)))
          expect(folded.high[cell]).toBe(Math.max(...shown.map(({ value }) => value)))
          expect(average).toBeGreaterThanOrEqual(folded.low[cell] ?? Number.NaN)
          expect(average).toBeLessThanOrEqual(folded.high[cell] ?? Number.NaN)
          expect(folded.count[cell]).toBe(own.length)
          expect(folded.quality[cell]).toBe(Math.max(...shown.map(({ quality }) => quality)))
        }
      }),
    )
  })

  it('in two steps is folding in one: lowest, highest, count and average', () => {
    fc.assert(
      fc.property(readings, (raws) => {
        const once = foldPoints(pointsOf(raws), 0, 60, 40)
        const twice = foldPoints(joinPoints([foldPoints(pointsOf(raws), 0, 10, 240)]), 0, 60, 40)
        for (let cell = 0; cell < 40; cell += 1) {
          if ((once.count[cell] ?? 0) === 0) continue
          expect(twice.count[cell]).toBe(once.count[cell])
          expect(twice.low[cell]).toBe(once.low[cell])
          expect(twice.high[cell]).toBe(once.high[cell])
          expect(twice.average[cell]).toBeCloseTo(once.average[cell] ?? Number.NaN, 6)
        }
      }),
    )
  })
})
