import { describe, expect, it } from 'vitest'
import { EndHistory } from './end-history.ts'

describe('the ends of a partition as they were seen', () => {
  it('tells when an offset was written only between two looks', () => {
    const history = new EndHistory()
    history.note('t 0', 100n, 1_000)
    history.note('t 0', 100n, 5_000)
    history.note('t 0', 110n, 10_000)
    // After the last look without it, at or before the first with it.
    expect(history.timeOf('t 0', 100n)).toEqual({ atMs: 5_500 })
    expect(history.timeOf('t 0', 109n)).toEqual({ atMs: 10_000 })
    // Older than what was watched: no guess.
    expect(history.timeOf('t 0', 40n)).toEqual({ beforeMs: 1_000 })
    // Nothing is there yet, or nothing was ever seen.
    expect(history.timeOf('t 0', 110n)).toBeNull()
    expect(history.timeOf('t 1', 0n)).toBeNull()
  })

  it('begins anew when the end went back', () => {
    const history = new EndHistory()
    history.note('t 0', 100n, 1_000)
    history.note('t 0', 200n, 2_000)
    history.note('t 0', 50n, 3_000)
    history.note('t 0', 60n, 4_000)
    expect(history.timeOf('t 0', 55n)).toEqual({ atMs: 3_600 })
    expect(history.timeOf('t 0', 40n)).toEqual({ beforeMs: 3_000 })
  })

  it('stays small, keeps its span, and stays in order however long it runs', () => {
    const history = new EndHistory()
    for (let look = 0; look <= 1_000; look++) history.note('t 0', BigInt(look * 10), look * 1_000)
    // Seen at 1 000 looks, one a second: every answer lies between the looks, however many were let go.
    for (const offset of [0, 9, 5_000, 9_990]) {
      const seen = history.timeOf('t 0', BigInt(offset))
      expect(seen).toHaveProperty('atMs')
      if (seen && 'atMs' in seen) expect(seen.atMs).toBeCloseTo((offset + 1) * 100, 3)
    }
  })

  it('forgets partitions that are seen no more', () => {
    const history = new EndHistory()
    history.begin()
    history.note('gone 0', 1n, 1)
    history.note('gone 0', 5n, 2)
    for (let round = 0; round < 60; round++) history.begin()
    expect(history.timeOf('gone 0', 2n)).toBeNull()
  })
})
