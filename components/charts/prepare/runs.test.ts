import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawn } from '../testing/drawn.ts'
import { bandsOf, runsOf } from './runs.ts'

describe('runs', () => {
  it('part at what is not known', () => {
    const runs = runsOf(drawn([1, 2, null, null, 5, 6]))
    expect(runs.map(({ points }) => points.map(([, value]) => value))).toEqual([
      [1, 2],
      [5, 6],
    ])
  })

  it('are not joined over another incarnation of the same name', () => {
    const series = drawn([1, 2, 3, 4], { breaks: [1500] })
    expect(runsOf(series).map(({ points }) => points.length)).toEqual([2, 2])
    expect(runsOf({ ...series, breaks: [2000] }).map(({ points }) => points.length)).toEqual([2, 2])
    expect(runsOf({ ...series, breaks: [0] }).map(({ points }) => points.length)).toEqual([4])
  })

  it('are dashed to and from each estimated value, and stay one line', () => {
    const runs = runsOf(drawn([1, 2, 3, 4, 5], { estimated: [[2000, 2000]] }))
    expect(runs).toMatchObject([
      {
        dashed: false,
        points: [
          [0, 1],
          [1000, 2],
        ],
      },
      {
        dashed: true,
        points: [
          [1000, 2],
          [2000, 3],
          [3000, 4],
        ],
      },
      {
        dashed: false,
        points: [
          [3000, 4],
          [4000, 5],
        ],
      },
    ])
  })

  it('keep a value that stands alone', () => {
    expect(runsOf(drawn([null, 7, null]))).toEqual([{ dashed: false, points: [[1000, 7]] }])
  })

  it('hold nothing where nothing is known', () => {
    expect(runsOf(drawn([null, null]))).toEqual([])
    expect(runsOf(drawn([]))).toEqual([])
  })
})

describe('bands', () => {
  it('are drawn only where a step had more than one value', () => {
    expect(bandsOf(drawn([1, 2]))).toEqual([])
    expect(bandsOf(drawn([1, 2], { low: [1, 0], high: [1, 9] }))).toEqual([
      {
        points: [
          [0, 1, 1],
          [1000, 0, 9],
        ],
      },
    ])
  })
})

const value = fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null })
const series = fc
  .record({
    values: fc.array(value, { maxLength: 60 }),
    spread: fc.nat(500),
    breaks: fc.array(fc.nat(60_000), { maxLength: 4 }),
    estimated: fc.array(fc.tuple(fc.nat(60_000), fc.nat(20_000)), { maxLength: 3 }),
  })
  .map(({ values, spread, breaks, estimated }) =>
    drawn(values, {
      low: values.map((one) => (one === null ? null : one - spread)),
      high: values.map((one) => (one === null ? null : one + spread)),
      breaks,
      estimated: estimated.map(([from, length]) => [from, from + length]),
    }),
  )

describe('whatever was read', () => {
  it('every known value is on a line and nothing else is', () => {
    fc.assert(
      fc.property(series, (one) => {
        const known = one.points.filter(([, at]) => at !== null).map(([t, at]) => `${t} ${at}`)
        const on = runsOf(one).flatMap(({ points }) => points.map(([t, at]) => `${t} ${at}`))
        expect([...new Set(on)].sort()).toEqual(known.sort())
      }),
    )
  })

  it('every spike survives: the highest and the lowest value of every step lie in the bands', () => {
    fc.assert(
      fc.property(series, (one) => {
        const within = new Map(
          bandsOf(one).flatMap(({ points }) => points.map(([t, low, high]) => [t, [low, high]] as const)),
        )
        const lines = new Map(
          runsOf(one).flatMap(({ points }) => points.map(([t, at]) => [t, [at, at]] as const)),
        )
        one.points.forEach(([t, at], index) => {
          if (at === null) return
          expect(within.get(t) ?? lines.get(t)).toEqual([one.low[index], one.high[index]])
        })
      }),
    )
  })

  it('no run reaches over a gap or a break', () => {
    fc.assert(
      fc.property(series, (one) => {
        for (const { points } of runsOf(one))
          for (let i = 1; i < points.length; i += 1) {
            const [from, to] = [points[i - 1]?.[0] ?? 0, points[i]?.[0] ?? 0]
            expect(one.points.some(([t, at]) => at === null && t > from && t < to)).toBe(false)
            expect(one.breaks.some((at) => at > from && at <= to)).toBe(false)
          }
      }),
    )
  })
})
