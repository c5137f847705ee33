import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildHeat, type HeatInput } from './heat.ts'

const part = (
  partition: number,
  points: HeatInput['points'],
  stuckFrom: number | null = null,
): HeatInput => ({
  partition,
  points,
  stuckFrom,
})

test('a partition far above the others is hot, the others are not', () => {
  const { rows, threshold } = buildHeat([part(0, [1, 2]), part(1, [2, 1]), part(2, [500, 900])])
  expect(threshold).toBe(20)
  expect(rows.map((row) => row.mark)).toEqual([null, null, 'hot'])
  expect(rows[2]?.cells.every((cell) => cell.isHot)).toBe(true)
  expect(rows[2]?.cells[1]?.shade).toBe(5)
})

test('a group that is behind everywhere has no hot partition', () => {
  const { rows } = buildHeat([part(0, [9_000, 9_100]), part(1, [9_050, 9_060])])
  expect(rows.flatMap((row) => row.cells).some((cell) => cell.isHot)).toBe(false)
})

test('a stuck partition is red from the step on where it stopped, however little waits', () => {
  const { rows } = buildHeat([part(0, [0, 3, 4, 5], 2), part(1, [0, 3, 4, 5])])
  expect(rows[0]).toMatchObject({ mark: 'stuck' })
  expect(rows[0]?.cells.map((cell) => cell.isHot)).toEqual([false, false, true, true])
  expect(rows[1]?.cells.some((cell) => cell.isHot)).toBe(false)
})

test('not read is not zero', () => {
  const { rows } = buildHeat([part(0, [null, 0])])
  expect(rows[0]?.cells.map((cell) => cell.value)).toEqual([null, 0])
})

test('200 partitions: the worst ten, and one band of the others from lowest to highest', () => {
  const parts = Array.from({ length: 200 }, (_, index) => part(index, [index % 7, index % 5]))
  parts[150] = part(150, [1, 4_000])
  parts[77] = part(77, [1, 6], 0)
  const { rows } = buildHeat(parts)
  expect(rows).toHaveLength(11)
  expect(rows.slice(0, 2).map((row) => [row.partition, row.mark])).toEqual([
    [77, 'stuck'],
    [150, 'hot'],
  ])
  const band = rows[10]
  expect(band).toMatchObject({ partition: null, folded: 190, mark: null })
  expect(band?.cells[0]).toMatchObject({ lowest: 0, value: 6 })
})

test('every partition is shown or folded, and a stuck one is never missed', () => {
  const points = fc.array(fc.option(fc.nat(10_000)), { minLength: 4, maxLength: 4 })
  const inputs = fc.array(fc.record({ points, stuckFrom: fc.option(fc.nat(3)) }), {
    minLength: 1,
    maxLength: 60,
  })
  fc.assert(
    fc.property(inputs, (given) => {
      const { rows } = buildHeat(given.map((one, partition) => ({ ...one, partition })))
      const shown = rows.filter((row) => row.partition !== null).length
      const folded = rows.reduce((sum, row) => sum + row.folded, 0)
      expect(shown + folded).toBe(given.length)
      expect(rows.some((row) => row.mark === 'stuck')).toBe(given.some((one) => one.stuckFrom !== null))
      for (const cell of rows.flatMap((row) => row.cells)) {
        expect(cell.shade).toBeGreaterThanOrEqual(0)
        expect(cell.shade).toBeLessThanOrEqual(5)
      }
    }),
  )
})
