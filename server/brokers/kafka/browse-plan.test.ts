import { describe, expect, it } from 'vitest'
import { planBrowse, readCursor, writeCursor } from './browse-plan.ts'

const bounds = [
  { partition: 0, leader: 1, start: 5n, end: 20n },
  { partition: 2, leader: 1, start: 0n, end: 7n },
]
const partitions = [0, 1, 2]
const limits = { limit: 10, maxBytes: 1000 }
const plan = (request: object, times = new Map<number, bigint>()) =>
  planBrowse({ ...limits, ...request }, partitions, bounds, times)

describe('browse plan', () => {
  it('begins at the ends by default, at the starts for oldest', () => {
    expect(plan({})).toEqual({
      direction: 'descending',
      at: new Map([
        [0, 20n],
        [2, 7n],
      ]),
    })
    expect(plan({ from: { kind: 'oldest' }, partition: 0 })).toEqual({
      direction: 'ascending',
      at: new Map([[0, 5n]]),
    })
  })

  it('begins at a time where the broker knew an offset, else at the end', () => {
    const times = new Map([[2, 3n]])
    expect(plan({ from: { kind: 'time', atMs: 1 } }, times).at).toEqual(
      new Map([
        [0, 20n],
        [2, 3n],
      ]),
    )
  })

  it('begins at a position of one partition', () => {
    expect(plan({ from: { kind: 'position', position: '2:4' } }).at).toEqual(new Map([[2, 4n]]))
    for (const position of ['', '4', '9:1', '2:-1', '2:4:4', '2:99999999999999999999'])
      expect(() => plan({ from: { kind: 'position', position } })).toThrow()
    expect(() => plan({ from: { kind: 'position', position: '2:4' }, partition: 0 })).toThrow('partition 2')
    expect(() => plan({ partition: 3 })).toThrow('no partition 3')
  })

  it('goes on from its own cursor, and from no other', () => {
    const down = {
      direction: 'descending' as const,
      at: new Map([
        [0, 2n ** 62n],
        [2, 0n],
      ]),
    }
    expect(readCursor(writeCursor(down))).toEqual(down)
    expect(plan({ cursor: writeCursor(down) })).toEqual(down)
    for (const cursor of ['', 'nonsense', writeCursor(down).slice(2)])
      expect(() => readCursor(cursor)).toThrow()
  })
})
