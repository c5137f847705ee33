import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeTicks } from './time-axis.ts'

const end = Date.UTC(2026, 10, 27, 22, 4, 11)
const minute = 60_000
const labels = (minutes: number) =>
  timeTicks({ fromMs: end - minutes * minute, toMs: end }, 'utc').map(({ label }) => label)

describe('the time axis', () => {
  it.each([
    [15, ['21:50', '21:55', '22:00']],
    [60, ['21:15', '21:30', '21:45', '22:00']],
    [360, ['18:00', '20:00', '22:00']],
    [1440, ['27 Nov', '06:00', '12:00', '18:00']],
    [7 * 1440, ['21 Nov', '23 Nov', '25 Nov', '27 Nov']],
    [90 * 1440, ['Sep', 'Oct', 'Nov']],
    [395 * 1440, ['Jan 2026', 'Apr', 'Jul', 'Oct']],
    [0.5, ['22:03:50', '22:04:00', '22:04:10']],
  ])('%j minutes back', (minutes, expected) => {
    expect(labels(minutes)).toEqual(expected)
  })

  it('has round moments of its own zone, also where the clock is put back', () => {
    const fromMs = Date.parse('2026-10-24T12:00:00Z')
    const ticks = timeTicks({ fromMs, toMs: fromMs + 48 * 60 * minute }, 'local')
    for (const { atMs } of ticks) expect(new Date(atMs).getMinutes()).toBe(0)
    expect(ticks.some(({ label }) => /Oct/.test(label))).toBe(true)
  })

  it('has two to five ticks, in order, within whatever is shown', () => {
    const spans = fc.integer({ min: 10_000, max: 400 * 1440 * minute })
    fc.assert(
      fc.property(spans, fc.constantFrom('utc', 'local'), (length, zone) => {
        const span = { fromMs: end - length, toMs: end }
        const ticks = timeTicks(span, zone).map(({ atMs }) => atMs)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b))
        for (const at of ticks) expect(at >= span.fromMs && at <= span.toMs).toBe(true)
      }),
    )
  })
})
