import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChartLine, Unit } from '../model.ts'
import { drawn } from '../testing/drawn.ts'
import { symlog, valueAxisOf } from './value-axis.ts'

const lineOf = (values: readonly (number | null)[], unit: Unit = 'messages', high = values): ChartLine => ({
  id: 'a',
  label: 'a',
  tone: 's1',
  series: drawn(values, { unit, high: [...high] }),
})
const labels = (values: readonly number[], unit: Unit, scale: 'linear' | 'log' = 'linear') =>
  valueAxisOf([lineOf(values, unit)], scale).ticks.map(({ label }) => label)

describe('the value axis', () => {
  it.each<[number[], Unit, string[]]>([
    [[0, 80_000], 'messages', ['0', '20k', '40k', '60k', '80k']],
    [[0, 3], 'messages', ['0', '1', '2', '3']],
    [[0.2, 0.7], 'per-second', ['0', '0.2', '0.4', '0.6', '0.8']],
    [[0, 1100], 'seconds', ['0 s', '5 m', '10 m', '15 m', '20 m']],
    [[0, 2_100_000_000], 'bytes', ['0 B', '1 GB', '2 GB', '3 GB']],
    [[-30, 44], 'per-second', ['−50', '−25', '0', '25', '50']],
  ])('%j in %s', (values, unit, ticks) => {
    expect(labels(values, unit)).toEqual(ticks)
  })

  it('starts at zero, and has one where nothing happens', () => {
    expect(valueAxisOf([lineOf([500, 510])], 'linear').domain[0]).toBe(0)
    expect(labels([0, 0], 'messages')).toEqual(['0', '1', '2', '3', '4'])
  })

  it('reaches up to the highest value of a step, not to its average', () => {
    expect(valueAxisOf([lineOf([1, 2], 'messages', [1, 990])], 'linear').domain[1]).toBeGreaterThanOrEqual(
      990,
    )
  })

  it('has decades in its logarithm, and a place for zero', () => {
    expect(labels([0, 12_000], 'messages', 'log')).toEqual(['0', '1', '100', '10k'])
    expect(symlog(0)).toBe(0)
    expect(symlog(-9)).toBe(-symlog(9))
  })

  it('has three to five ticks whatever the values, and all values lie between them', () => {
    const units = fc.constantFrom<Unit[]>('messages', 'per-second', 'seconds', 'ms', 'bytes', 'ratio')
    const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(values, units, fc.constantFrom('linear', 'log'), (some, unit, scale) => {
        const whole = unit === 'messages' ? some.map(Math.round) : some
        const { ticks, domain, place } = valueAxisOf([lineOf(whole, unit)], scale)
        expect(ticks.length).toBeGreaterThanOrEqual(whole.every((one) => one < 2) ? 2 : 3)
        expect(ticks.length).toBeLessThanOrEqual(5)
        for (const value of whole) {
          expect(place(value)).toBeGreaterThanOrEqual(domain[0])
          expect(place(value)).toBeLessThanOrEqual(domain[1])
        }
        const places = ticks.map(({ at }) => at)
        expect(places).toEqual([...places].sort((a, b) => a - b))
      }),
    )
  })
})
