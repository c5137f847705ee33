import { expect, test } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import { markOf, withRest } from './rest.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const row = (partition: number, committed: string, sinceMs: number, more: object = {}): LagRow => ({
  destination: 'orders',
  partition,
  committed,
  start: '0',
  end: '90',
  lag: { state: 'ok', value: 5, unit: 'messages', at: iso(0), quality: 'exact' },
  movement: { since: iso(sinceMs), committedAt: null, endAt: null, arrived: 0, ...more },
})

test('marks name what stands still, and where', () => {
  expect(markOf([row(0, '10', 0), row(1, '20', 90_000)], 100_000)).toEqual(['0 10 orders'])
})

test('only what stands at the same commit, and was not seen to move, has rested since', () => {
  const rest = { sinceMs: 1_000, mark: ['0 10 orders', '1 20 orders', '2 30 orders'] }
  const rows = [
    row(0, '10', 50_000),
    row(1, '21', 50_000),
    row(2, '30', 50_000, { committedAt: iso(60_000) }),
    row(3, '40', 50_000),
  ]
  expect(withRest(rows, rest).map((one) => one.movement?.since)).toEqual([
    iso(1_000),
    iso(50_000),
    iso(50_000),
    iso(50_000),
  ])
  expect(withRest(rows, null)).toEqual(rows)
})
