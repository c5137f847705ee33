import { expect, test } from 'vitest'
import { Speed } from './speed.ts'

/** A message each `everyMs`, noted as it is over; asked at `atMs`. */
function speedOf(everyMs: number, atMs: number, from = 0): number | null {
  const speed = new Speed()
  let over = from
  for (let now = 0; now <= atMs; now += everyMs) {
    speed.note(now, over)
    over += 1
  }
  return speed.at(atMs, over - 1)
}

test('a slow run is told as slow, however lately its last message went', () => {
  expect(speedOf(10_000, 240_000)).toBeCloseTo(0.1, 2)
  expect(speedOf(2_000, 60_000)).toBeCloseTo(0.5, 1)
})

test('a fast run is told by its last seconds', () => {
  const speed = new Speed()
  for (let now = 0; now <= 60_000; now += 250)
    speed.note(now, now < 50_000 ? now : 50_000 + (now - 50_000) / 10)
  expect(speed.at(60_000, 51_000)).toBeCloseTo(100, 0)
})

test('not told before there is anything to tell it from', () => {
  expect(new Speed().at(1_000, 5)).toBeNull()
  expect(speedOf(100, 400)).toBeNull()
})
