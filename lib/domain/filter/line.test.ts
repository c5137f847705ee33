import { describe, expect, test } from 'vitest'
import { splitChips, withChip } from './chips.ts'
import { completeFilter } from './complete.ts'
import { fitsGlob } from './glob.ts'
import { destinationChips as chips, destinationTable } from './tables/destinations.ts'
import { readNumber, readTime } from './units.ts'

const chip = (id: string) => chips.find((one) => one.id === id) ?? null

describe('chips write into the line', () => {
  test.each<[string, string | null, string]>([
    ['', 'queue', 'type=queue'],
    ['depth>100', 'queue', 'type=queue depth>100'],
    ['type=queue depth>100', 'stream', 'type=stream depth>100'],
    ['depth>100 type=queue', null, 'depth>100'],
    ['type=queue', null, ''],
    ['a or b', 'queue', 'type=queue (a or b)'],
    ['depth>', 'queue', 'type=queue'],
  ])('%s, then %s', (text, id, after) => {
    expect(withChip(text, id === null ? null : chip(id), chips)).toBe(after)
  })

  test('a chip is on when its clause stands in the line once, alone among the chips', () => {
    expect(splitChips('depth>100 dlq:yes', chips)).toEqual({
      chip: chip('dead-letters'),
      isMixed: false,
      rest: 'depth>100',
    })
    expect(splitChips('dlq:yes a type=queue', chips)).toEqual({ chip: null, isMixed: true, rest: 'a' })
    expect(splitChips('not dlq:yes', chips).chip).toBeNull()
    expect(splitChips('dlq:yes or depth>5', chips).chip).toBeNull()
    expect(splitChips('depth>', chips)).toEqual({ chip: null, isMixed: false, rest: 'depth>' })
  })
})

describe('completions', () => {
  const none = { isDeadLetter: false, evidence: [], origins: [] }
  const row = (name: string, variant: string) =>
    ({
      name,
      type: 'queue',
      variant,
      state: 'running',
      internal: false,
      readings: {},
      deadLetter: none,
    }) as const
  const rows = [row('orders', 'quorum'), row('my orders', 'quorum'), row('unknown', 'classic')]
  const complete = (text: string) => completeFilter(text, text.length, destinationTable(true), rows)

  test('a field by its first letters, with the operator it wants', () => {
    expect(complete('de').map((one) => one.insert)).toEqual(['depth>'])
    expect(complete('x (ty').map((one) => [one.from, one.insert])).toEqual([[3, 'type:']])
  })

  test('values that rows really hold, the commonest first', () => {
    expect(complete('type:').map((one) => one.label)).toEqual(['queue', 'quorum', 'classic', 'unknown'])
    expect(complete('type:quo')[0]).toMatchObject({ from: 5, insert: 'quorum ', detail: '2' })
    expect(complete('name:my')[0]?.insert).toBe('"my orders" ')
    expect(complete('name:unk')[0]?.insert).toBe('"unknown" ')
    expect(complete('dlq:').map((one) => one.label)).toEqual(['yes', 'no', 'unknown'])
  })

  test('nothing inside quoted text, nor for a field that is none', () => {
    expect(complete('"de')).toEqual([])
    expect(complete('nofield:a')).toEqual([])
  })
})

test('globs', () => {
  expect(fitsGlob('orders.*', 'orders.eu')).toBe(true)
  expect(fitsGlob('*.dlq', 'orders.dlq')).toBe(true)
  expect(fitsGlob('o?ders', 'orders')).toBe(true)
  expect(fitsGlob('o?ders', 'oders')).toBe(false)
  expect(fitsGlob('*', '')).toBe(true)
  expect(fitsGlob('*a*a*a*a*a*a*a*a*b', 'a'.repeat(2000))).toBe(false)
})

test('units', () => {
  expect(readNumber('5k', 'count')).toBe(5000)
  expect(readNumber('2M', 'count')).toBe(2_000_000)
  expect(readNumber('1.5MB', 'bytes')).toBe(1_500_000)
  expect(readNumber('64KiB', 'bytes')).toBe(65_536)
  expect(readNumber('2m', 'duration')).toBe(120_000)
  expect(readNumber('3d', 'duration')).toBe(259_200_000)
  expect(readNumber('5', 'duration')).toBeNull()
  expect(readNumber('5x', 'count')).toBeNull()
  expect(readNumber('1constructor', 'count')).toBeNull()
  expect(readTime('2026-07-30T10:00+02:00')).toBe(Date.UTC(2026, 6, 30, 8))
  expect(readTime('2026-02-30')).not.toBe(Number.NaN)
})
