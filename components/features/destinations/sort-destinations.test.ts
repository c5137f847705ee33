import { expect, test } from 'vitest'
import type { Destination } from '@/lib/schemas/destination'
import { sortDestinations } from './sort-destinations.ts'

const row = (name: string, depth: number | null | 'last'): Destination => {
  const at = '2026-01-01T00:00:00.000Z'
  const ok = (value: number) => ({ state: 'ok', value, unit: 'messages', at, quality: 'exact' }) as const
  return {
    id: name,
    name,
    type: 'queue',
    state: 'running',
    internal: false,
    readings: {
      depth:
        depth === null
          ? { state: 'unavailable', reason: 'not read', at }
          : depth === 'last'
            ? { state: 'unavailable', reason: 'down', at, last: ok(7) }
            : ok(depth),
    },
    deadLetter: { isDeadLetter: false, evidence: [], origins: [] },
    abilities: {},
    links: {},
  }
}
const rows = [row('a', 5), row('b', null), row('c', 9), row('d', 5), row('e', 'last')]
const names = (sort: string, order: 'asc' | 'desc') =>
  sortDestinations(rows, sort, order)
    .map((one) => one.name)
    .join('')

test('unknown stands last in either order, equal ones by name, last values count', () => {
  expect(names('depth', 'desc')).toBe('ceadb')
  expect(names('depth', 'asc')).toBe('adecb')
  expect(names('name', 'desc')).toBe('edcba')
  expect(names('consumers', 'asc')).toBe('abcde')
})
