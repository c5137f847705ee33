import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChartLine, Mark } from '../model.ts'
import { drawn } from '../testing/drawn.ts'
import { pathsOf, plotOf } from './geometry.ts'
import { clusterMarks } from './marks.ts'
import { chartWords, gapWords, summaryOf } from './summary.ts'
import { valueAt } from './value-at.ts'
import { valueAxisOf } from './value-axis.ts'

const lineOf = (values: readonly (number | null)[], rest = {}): ChartLine => ({
  id: 'lag',
  label: 'lag',
  tone: 's1',
  series: drawn(values, rest),
})

describe('a chart in words', () => {
  it('says the latest value and the extremes, those inside of steps among them', () => {
    const line = lineOf([4, 8, 6], { low: [4, 1, 6], high: [4, 90, 6] })
    expect(chartWords('Lag', [line])).toBe('Lag: lag, latest 6, between 1 and 90')
  })

  it('counts what is missing between two known values, not before or behind them', () => {
    expect(summaryOf(drawn([null, 1, null, null, 2, null]))).toMatchObject({ gaps: 1, gapMs: 2000 })
    expect(gapWords([lineOf([1, null, 2, 3, null, null, 4])])).toBe('2 gaps, 3 s')
    expect(gapWords([lineOf([null, 1, 2, null])])).toBeNull()
  })

  it('never makes a number of nothing', () => {
    expect(summaryOf(drawn([null, null]))).toBeNull()
    expect(chartWords('Lag', [lineOf([null])])).toBe('Lag: lag, nothing known')
  })
})

describe('the value at a moment', () => {
  const series = drawn([1, null, 3])
  it.each([
    [0, 1],
    [400, 1],
    [600, null],
    [1900, 3],
    [3900, 3],
  ])('%i ms', (atMs, value) => {
    expect(valueAt(series, atMs)?.value).toBe(value)
  })
  it('is none far from every point', () => {
    expect(valueAt(series, 60_000)).toBeNull()
    expect(valueAt(drawn([]), 0)).toBeNull()
  })
})

const mark = (atMs: number, label = 'rebalance'): Mark => ({ id: `${atMs}`, atMs, label, text: label })
const span = { fromMs: 0, toMs: 1000 }

describe('marks', () => {
  it('that lie close stand as one, and say how many and of what', () => {
    const [first, second] = clusterMarks([mark(0), mark(5), mark(600, 'purge'), mark(605)], span, 1000)
    expect([first?.label, second?.label]).toEqual(['2 × rebalance', '2 events'])
  })

  it('have their label on the side that has room, or none', () => {
    const clusters = clusterMarks([mark(20), mark(960), mark(985, 'a deploy of shop')], span, 1000)
    expect(clusters.map(({ label, side }) => [label, side])).toEqual([
      ['rebalance', 'right'],
      ['rebalance', 'left'],
      [null, 'right'],
    ])
  })

  it('are each drawn once, in order, wherever they lie', () => {
    const times = fc.array(fc.integer({ min: -200, max: 1200 }), { maxLength: 80 })
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 2000 }), (some, width) => {
        const clusters = clusterMarks(
          some.map((at) => mark(at)),
          span,
          width,
        )
        const within = some.filter((at) => at >= 0 && at <= 1000).sort((a, b) => a - b)
        expect(clusters.flatMap(({ marks }) => marks.map(({ atMs }) => atMs))).toEqual(within)
        for (let i = 1; i < clusters.length; i += 1)
          expect((clusters[i]?.x ?? 0) - (clusters[i - 1]?.x ?? 0)).toBeGreaterThanOrEqual(14 - 1e-9)
      }),
    )
  })
})

describe('paths', () => {
  const draw = (line: ChartLine) => {
    const axis = valueAxisOf([line], 'linear')
    const plot = {
      ...plotOf({ width: 130, height: 134 }, axis, null),
      left: 0,
      width: 100,
      top: 0,
      height: 100,
    }
    return pathsOf(line, axis, { fromMs: 0, toMs: 4000 }, plot)
  }
  it('leave gaps open, in the line and in the wash beneath it', () => {
    const { solid, area } = draw({ ...lineOf([0, 4, null, 4, 4]), filled: true })
    expect(solid).toBe('M0 100L25 0M75 0L100 0')
    expect(area).toBe('M0 100L25 0L25 100L0 100ZM75 0L100 0L100 100L75 100Z')
  })
  it('make a dot of a value that stands alone', () => {
    expect(draw(lineOf([null, 4])).solid).toBe('M25 0h0')
  })
  it('draw what is estimated apart', () => {
    const { solid, dashed } = draw(lineOf([4, 4, 4], { estimated: [[2000, 3000]] }))
    expect([solid, dashed]).toEqual(['M0 0L25 0', 'M25 0L50 0'])
  })
  it('draw the band from the lowest to the highest value of each step', () => {
    expect(draw(lineOf([1, 2], { low: [1, 0], high: [1, 4] })).band).toBe('M0 75L25 0L25 100L0 75Z')
  })
})
