import { expect, test } from 'vitest'
import { describePoints, type Points, spanOf, summarize } from './points.ts'

const line = (points: Points['points'], more: Partial<Points> = {}): Points => ({
  points,
  quality: 'exact',
  since: '2026-01-01T00:00:00.000Z',
  stepMs: 20_000,
  at: '2026-01-01T10:00:00.000Z',
  ...more,
})
const whole = (...tail: (number | null)[]) => [...Array(45 - tail.length).fill(null), ...tail]

test('from, to and highest are of what is known', () => {
  expect(summarize([null, 3, null, 9, 4, null])).toEqual({ first: 3, last: 4, highest: 9, hasGaps: true })
  expect(summarize([null, 0, 0])).toEqual({ first: 0, last: 0, highest: 0, hasGaps: false })
  expect(summarize([null, null])).toBeNull()
})

test('says in words what the line draws', () => {
  expect(describePoints('depth', line(whole(12, 55, 40)), 'count')).toBe(
    'depth, last 15 min: from 12 to 40, highest 55',
  )
  expect(describePoints('depth', line(whole(0.25, null, 3), { quality: 'approximate' }), 'rate')).toBe(
    'depth, last 15 min: from about 0.3 to about 3, highest 3, with gaps',
  )
  expect(describePoints('lag', line(whole()), 'count')).toBe('lag, last 15 min: no data')
})

test('a console that just started watches for less', () => {
  expect(spanOf(line(whole(1), { since: '2026-01-01T09:59:00.000Z' }))).toBe('last 1 m 20 s')
  expect(spanOf(line(whole(1)))).toBe('last 15 min')
})
