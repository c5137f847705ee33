import { describe, expect, it } from 'vitest'
import { openLagBook } from './lag.ts'
import type { StreamGroup, StreamInfo } from './stream-info.ts'

const id = (n: number) => `1700000000000-${n}`

/** A stream that was given entries 1 … `added` and holds the last `length` of them, and a group at `cursor`. */
function at(added: number, length: number, cursor: number, read: number | null, deleted = 0) {
  const info: StreamInfo = {
    length,
    firstId: length === 0 ? null : id(added - length + 1),
    lastGeneratedId: id(added),
    entriesAdded: String(added),
    maxDeletedId: deleted === 0 ? '0-0' : id(deleted),
    fields: new Map(),
  }
  const group: StreamGroup = {
    name: 'g',
    rawName: Buffer.from('g'),
    consumers: 1,
    pending: 0,
    lastDeliveredId: cursor === 0 ? '0-0' : id(cursor),
    entriesRead: read === null ? null : String(read),
    lag: read === null || deleted > cursor ? null : added - read,
  }
  return [info, group] as const
}

describe('the lag of a group', () => {
  it.each([
    ['before everything, nothing trimmed', at(10, 10, 0, null), 10, 0],
    ['in the middle, nothing trimmed', at(10, 10, 4, 4), 6, 0],
    ['on the first entry', at(10, 5, 6, 6), 4, 0],
    ['at the end, after it was overtaken by trimming', at(10, 2, 10, 5), 0, 0],
    ['before the first: what is there is left, the rest is lost', at(10, 2, 3, 3), 2, 5],
    ['an empty stream', at(10, 0, 3, 3), 0, 7],
    ['at an arbitrary id before the first: the length is what is left', at(10, 2, 3, null), 2, null],
  ])('%s', (_, [info, group], lag, lost) => {
    const judged = openLagBook().judge('k', info, group)
    expect(judged.lag).toEqual({ state: 'exact', count: lag })
    expect(judged.lost?.count ?? null).toBe(lost)
  })

  it('says why Redis does not tell it', () => {
    const reason = (pair: ReturnType<typeof at>) => {
      const { lag } = openLagBook().judge('k', ...pair)
      return lag.state === 'unknown' ? lag.reason : lag
    }
    expect(reason(at(10, 10, 4, null))).toContain('created or set at an id in the middle')
    expect(reason(at(10, 9, 4, 4, 7))).toContain('entries between the position')
    const [info, group] = at(10, 10, 4, null)
    expect(
      reason([
        { ...info, entriesAdded: null, maxDeletedId: null },
        { ...group, lag: undefined },
      ]),
    ).toContain('before 7.0')
  })

  it('takes off what was lost before, as long as trimming cannot have overtaken the group again', () => {
    const book = openLagBook()
    const lagAt = (pair: ReturnType<typeof at>) => book.judge('k', ...pair).lag
    expect(lagAt(at(10, 2, 3, 3))).toEqual({ state: 'exact', count: 2 })
    expect(lagAt(at(10, 2, 10, 5))).toEqual({ state: 'exact', count: 0 })
    // Redis says 15 here: 5 of them were trimmed unread.
    expect(lagAt(at(20, 12, 10, 5))).toEqual({ state: 'exact', count: 10 })
    expect(lagAt(at(20, 9, 14, 9))).toEqual({ state: 'approximate', count: 8 })
    book.keep(new Set())
    expect(lagAt(at(20, 12, 12, 7))).toEqual({ state: 'approximate', count: 11 })
    expect(lagAt(at(20, 12, 20, 15))).toEqual({ state: 'exact', count: 0 })
    expect(lagAt(at(25, 17, 22, 17))).toEqual({ state: 'exact', count: 3 })
  })

  it('tells what is lost now, not what was lost before', () => {
    const book = openLagBook()
    expect(book.judge('k', ...at(10, 2, 3, 3)).lost).toEqual({ count: 5, isExact: false })
    expect(book.judge('k', ...at(10, 2, 10, 5)).lost).toEqual({ count: 0, isExact: true })
    expect(book.judge('k', ...at(20, 4, 10, 5)).lost).toEqual({ count: 6, isExact: true })
  })
})
