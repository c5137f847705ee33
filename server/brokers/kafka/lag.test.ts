import { describe, expect, it } from 'vitest'
import { lagRow, totalLag } from './lag.ts'

const row = (over: Partial<Parameters<typeof lagRow>[0]>) =>
  lagRow(
    {
      topic: 't',
      partition: 0,
      committed: { offset: 5n },
      start: 0n,
      end: 10n,
      endReason: 'gone',
      isUpperBound: false,
      ...over,
    },
    0,
  )

describe('lag', () => {
  it('is end − max(committed, start), never below zero, exact beyond 2^53', () => {
    expect(row({}).lag).toMatchObject({ state: 'ok', value: 5, quality: 'exact' })
    expect(row({ start: 8n }).lag).toMatchObject({ value: 2 })
    expect(row({ committed: { offset: 12n } }).lag).toMatchObject({ value: 0 })
    const far = 2n ** 62n
    expect(row({ committed: { offset: far }, end: far + 3n })).toMatchObject({
      committed: `${far}`,
      end: `${far + 3n}`,
      lag: { value: 3 },
    })
  })

  it('is not known without a commit, an end, or an answer, and says why', () => {
    expect(row({ committed: { none: 'no commit' } })).toMatchObject({
      committed: null,
      lag: { state: 'unavailable', reason: 'no commit' },
    })
    expect(row({ end: null }).lag).toMatchObject({ state: 'unavailable', reason: 'gone' })
    expect(row({ committed: { reason: 'refused' } }).lag).toMatchObject({ reason: 'refused' })
  })

  it('sums what is known and says how much is missing', () => {
    const rows = [row({}), row({ committed: { none: 'no commit' } })]
    expect(totalLag(rows, 0)).toMatchObject({
      state: 'ok',
      value: 5,
      quality: 'approximate',
      detail: { missing: 1, known: 1 },
    })
    expect(totalLag([row({ isUpperBound: true })], 0)).toMatchObject({ quality: 'approximate' })
    expect(totalLag(rows.slice(1), 0)).toMatchObject({ state: 'unavailable', reason: 'no commit' })
    expect(totalLag([], 0).state).toBe('unavailable')
  })
})
