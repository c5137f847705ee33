import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestMs, samplingOf, withJitter } from './sampling.ts'

const quick = [100, 100]

test('5 s while watched, 15 s while something moves, 60 s when nothing does', () => {
  expect(samplingOf({ isWatched: true, stillMs: 999_999, tookMs: quick }).intervalMs).toBe(4_500)
  expect(samplingOf({ isWatched: false, stillMs: 59_000, tookMs: quick }).intervalMs).toBe(15_000)
  expect(samplingOf({ isWatched: false, stillMs: 60_000, tookMs: quick }).intervalMs).toBe(60_000)
})

test('two slow samples in a row back off until reading takes 30 % of the time; one does not', () => {
  expect(samplingOf({ isWatched: true, stillMs: 0, tookMs: [100, 9_000] }).intervalMs).toBe(4_500)
  expect(samplingOf({ isWatched: true, stillMs: 0, tookMs: [2_000, 2_500] })).toEqual({
    intervalMs: 9_000,
    wantedMs: 4_500,
  })
  expect(samplingOf({ isWatched: true, stillMs: 0, tookMs: [9_000, 100] }).intervalMs, 'at once back').toBe(
    4_500,
  )
})

test('whatever samples take, reading keeps its budget or the longest interval', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(100_000), fc.array(fc.nat(200_000)), (isWatched, stillMs, tookMs) => {
      const { intervalMs, wantedMs } = samplingOf({ isWatched, stillMs, tookMs })
      expect(intervalMs).toBeGreaterThanOrEqual(wantedMs)
      const slow = tookMs.length < 2 ? 0 : Math.min(...tookMs.slice(-2))
      expect(slow <= intervalMs * 0.3 || intervalMs === longestMs).toBe(true)
    }),
  )
})

test('jitter only shortens, by a twentieth at most', () => {
  expect(withJitter(1_000, 0)).toBe(1_000)
  expect(withJitter(1_000, 0.999)).toBeGreaterThan(949)
})
