import { expect, test } from 'vitest'
import { pathOf } from './sparkline-path.ts'

const size = { width: 90, height: 18 }
const lineOf = (...points: (number | null)[]) => pathOf(points, size)?.line

test('starts at zero, the highest value at the top', () => {
  expect(lineOf(0, 5, 10)).toBe('M0 17L45 9L90 1')
})

test('nothing but zeros lies on the floor', () => {
  expect(lineOf(0, 0)).toBe('M0 17L90 17')
})

test('a constant is not drawn as zero', () => {
  expect(lineOf(7, 7)).toBe('M0 1L90 1')
})

test('a gap ends the line, and it is not bridged', () => {
  const path = pathOf([1, 1, null, 1, 1], size)
  expect(path?.line).toBe('M0 1L22.5 1M67.5 1L90 1')
  expect(path?.area).toBe('M0 1L22.5 1L22.5 18L0 18ZM67.5 1L90 1L90 18L67.5 18Z')
})

test('what was read once is a point', () => {
  expect(lineOf(null, 4, null)).toBe('M45 1h0')
})

test('no data is not a line', () => {
  expect(pathOf([null, null], size)).toBeNull()
  expect(pathOf([], size)).toBeNull()
})
