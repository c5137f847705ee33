import { expect, test } from 'vitest'
import { Acts, difference, Looks } from './bounds.ts'
import { checkCount, checkRate, checkUnknown, type Told } from './check.ts'

const told = (value: number, atMs: number, heardMs: number, quality = 'exact'): Told => ({
  subject: 'kafka/orders',
  metric: 'lag',
  heardMs,
  reading: { state: 'ok', value, at: new Date(atMs).toISOString(), quality },
})
/** Ten a second, from 0 on. */
function steady(untilMs: number): Acts {
  const acts = new Acts()
  for (let atMs = 100; atMs <= untilMs; atMs += 100) {
    acts.begin(1, atMs)
    acts.confirm(1, atMs + 20)
  }
  return acts
}

test('a count that was never true is found, one that was a moment ago is not', () => {
  const acts = steady(60_000)
  const truth = (atMs: number) => acts.at(atMs)
  expect(checkCount(told(300, 30_000, 32_000), truth)).toBeNull()
  expect(checkCount(told(290, 30_000, 32_000), truth), 'true at some moment of the sample').toBeNull()
  expect(checkCount(told(360, 30_000, 32_000), truth)).toMatchObject({ kind: 'wrong' })
  expect(checkCount(told(200, 30_000, 32_000), truth)).toMatchObject({ kind: 'wrong' })
  expect(checkCount(told(345, 30_000, 35_000, 'approximate'), truth), 'its age is not known').toBeNull()
})

test('an old value told as current is stale', () => {
  const truth = () => ({ low: 5, high: 5 })
  expect(checkCount(told(5, 0, 6_000), truth)).toBeNull()
  expect(checkCount(told(5, 0, 7_000), truth)).toMatchObject({ kind: 'stale' })
})

test('a rate that doubles, halves, or is negative is found', () => {
  const acts = steady(120_000)
  const count = (atMs: number) => acts.at(atMs)
  expect(checkRate(told(10, 90_000, 91_000), count)).toBeNull()
  expect(checkRate(told(20, 90_000, 91_000), count)).toMatchObject({ kind: 'wrong' })
  expect(checkRate(told(0, 90_000, 91_000), count)).toMatchObject({ kind: 'wrong' })
  expect(checkRate(told(-1, 90_000, 91_000), count)).toMatchObject({ kind: 'wrong' })
  const young = (atMs: number) => (atMs < 80_000 ? null : acts.at(atMs))
  expect(checkRate(told(20, 90_000, 91_000), young), 'nobody knows when it was begun').toBeNull()
})

test('unknown is honest while its broker is away and a moment after, and nowhere else', () => {
  const unknown: Told = { ...told(0, 0, 50_000), reading: { state: 'unavailable', reason: 'no answer' } }
  const fault = { what: 'restart', subject: 'kafka', fromMs: 40_000, untilMs: 45_000 }
  expect(checkUnknown(unknown, [fault])).toBeNull()
  expect(checkUnknown({ ...unknown, heardMs: 66_000 }, [fault])).toMatchObject({ kind: 'unknown' })
  expect(checkUnknown(unknown, [{ ...fault, subject: 'redis' }])).toMatchObject({ kind: 'unknown' })
})

test('between two looks a number lies between what they saw; across a gap nobody knows', () => {
  const end = new Looks()
  end.add(0, 10, 100)
  end.add(500, 510, 130)
  end.add(9_000, 9_010, 400)
  expect(end.at(300)).toEqual({ low: 100, high: 130 })
  expect(end.at(5_000)).toBeNull()
  expect(end.at(9_500)).toBeNull()
  const back = new Looks()
  back.add(0, 10, 100)
  back.add(500, 510, 2)
  back.add(900, 910, 4)
  expect(back.at(300), 'it was another').toBeNull()
  expect(back.at(700)).toEqual({ low: 2, high: 4 })
  expect(difference(end.at(300), { low: 110, high: 120 })).toEqual({ low: 0, high: 20 })
})
