import { expect, test } from 'vitest'
import { isStill, momentOf, stillForMs } from './movement.ts'

const at = (second: number) => new Date(second * 1_000).toISOString()
const ok = (value: number, second = 0) =>
  ({ state: 'ok', value, unit: 'messages', at: at(second), quality: 'exact' }) as const
const movement = { since: at(0), committedAt: at(100), endAt: null, arrived: 0 }
const row = { destination: 't', partition: 0, committed: '1', start: '0', end: '2', lag: ok(1) }

test('a commit that rests for a minute while messages wait does not move', () => {
  expect(isStill({ lag: ok(1), movement }, 159_999)).toBe(false)
  expect(isStill({ lag: ok(1), movement }, 160_000)).toBe(true)
  expect(isStill({ lag: ok(0), movement }, 160_000), 'nothing waits').toBe(false)
  expect(isStill({ lag: ok(1) }, 160_000), 'not watched').toBe(false)
  const unknown = { state: 'unavailable', reason: 'down', at: at(0), last: ok(1) } as const
  expect(isStill({ lag: unknown, movement }, 160_000)).toBe(false)
})

test('without a move it counts from when watching began', () => {
  expect(stillForMs({ movement: { ...movement, committedAt: null } }, 30_000)).toBe(30_000)
  expect(stillForMs({}, 30_000)).toBeNull()
})

test('facts are of the moment they were measured, not of the moment they are looked at', () => {
  const group = {
    total: ok(1, 5),
    lag: [
      { ...row, lag: ok(1, 7) },
      { ...row, lag: ok(1, 6) },
    ],
  }
  expect(momentOf(group)).toBe(7_000)
})

test('messages that came just now are no sign, however long ago the last commit was', () => {
  const young = { ...movement, waitingAt: at(500) }
  expect(stillForMs({ movement: young }, 510_000)).toBe(10_000)
  expect(isStill({ lag: ok(1), movement: young }, 559_999)).toBe(false)
  expect(isStill({ lag: ok(1), movement: young }, 560_000)).toBe(true)
})

test('one that commits rarely is given as long as its commits span, half an hour at most', () => {
  const slow = { ...movement, commitSpanMs: 600_000 }
  expect(isStill({ lag: ok(1), movement: slow }, 699_999)).toBe(false)
  expect(isStill({ lag: ok(1), movement: slow }, 700_000)).toBe(true)
  const slower = { ...movement, commitSpanMs: 9_000_000 }
  expect(isStill({ lag: ok(1), movement: slower }, 100_000 + 1_800_000)).toBe(true)
})
