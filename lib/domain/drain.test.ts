import { expect, test } from 'vitest'
import type { LagRow } from '../schemas/group.ts'
import type { Reading } from '../schemas/reading.ts'
import { drainOf, drainOfGroup } from './drain.ts'

const at = '2026-11-20T00:00:00.000Z'
const unknown: Reading = { state: 'unavailable', reason: 'nobody answers', at }
const perSecond = (value: number): Reading => ({
  state: 'ok',
  value,
  unit: 'per-second',
  at,
  quality: 'approximate',
})
const rows = (...lags: (number | null)[]) =>
  lags.map((value) => ({
    lag: value === null ? unknown : { state: 'ok', value, unit: 'messages', at, quality: 'exact' },
  })) as unknown as LagRow[]

test('how long until nothing waits', () => {
  expect(drainOf(100, 10, 20)).toBe(10_000)
  expect(drainOf(100, 20, 10)).toBe('never')
  expect(drainOf(100, 10, 10.2)).toBe('never')
  expect(drainOf(0, 0, 0)).toBe('never')
})

test('of a group: what is not known is not caught up', () => {
  const pace = { arriving: perSecond(10), reading: perSecond(20) }
  expect(drainOfGroup({ lag: rows(60, 40), pace })).toBe(10_000)
  expect(drainOfGroup({ lag: rows(0, 0), pace })).toBe(0)
  expect(drainOfGroup({ lag: rows(0, null), pace })).toBeNull()
  expect(drainOfGroup({ lag: rows(), pace })).toBeNull()
  expect(drainOfGroup({ lag: rows(100), pace: { ...pace, reading: unknown } })).toBeNull()
  expect(drainOfGroup({ lag: rows(100), pace: { ...pace, reading: perSecond(1) } })).toBe('never')
})
