import { expect, test } from 'vitest'
import { holdOrder } from './held-order.ts'

const all = new Map([...'abcdef'].map((key) => [key, { key }]))
const rows = (text: string) => [...text].map((key) => all.get(key) ?? { key })
const hold = (order: string, now: string) => {
  const held = holdOrder(
    [...order],
    rows(now),
    (row) => row.key,
    (key) => all.get(key),
  )
  return [held.rows.map((row) => row.key).join(''), held.moved]
}

test('nothing moves while the order is held; what would is counted as the fewest moves', () => {
  expect(hold('abcd', 'abcd')).toEqual(['abcd', 0])
  expect(hold('abcd', 'dabc')).toEqual(['abcd', 1])
  expect(hold('abcd', 'dcba')).toEqual(['abcd', 3])
})

test('what came stands at the end; what no longer matches keeps its place', () => {
  expect(hold('abc', 'abcd')).toEqual(['abcd', 0])
  expect(hold('abc', 'dabc')).toEqual(['abcd', 1])
  expect(hold('abc', 'ac')).toEqual(['abc', 1])
})

test('what exists no more is gone', () => {
  expect(hold('axc', 'ac')).toEqual(['ac', 0])
})
