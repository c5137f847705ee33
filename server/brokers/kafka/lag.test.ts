import { describe, expect, it } from 'vitest'
import { lagRow, totalLag, totalSeconds } from './lag.ts'

const row = (over: Partial<Parameters<typeof lagRow>[0]>) =>
  lagRow(
    {
      topic: 't',
      partition: 0,
      committed: { offset: 5n },
      start: 0n,
      end: 10n,
      endReason: 'gone',
      upperBound: null,
      age: () => ({ unknown: 'not read' }),
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
    expect(totalLag([row({ upperBound: 'gaps' })], 0)).toMatchObject({ quality: 'approximate' })
    expect(totalLag(rows.slice(1), 0)).toMatchObject({ state: 'unavailable', reason: 'no commit' })
    expect(totalLag([], 0).state).toBe('unavailable')
  })

  it('tells what was lost, and never asks for an age where nothing waits', () => {
    expect(row({ start: 8n }).lost).toMatchObject({ state: 'ok', value: 3, quality: 'exact' })
    expect(row({}).lost).toMatchObject({ value: 0 })
    expect(row({ committed: { none: 'no commit' } }).lost).toBeUndefined()
    const age = () => {
      throw new Error('asked')
    }
    expect(row({ end: 5n, age }).lagSeconds).toMatchObject({ state: 'ok', value: 0, quality: 'exact' })
    expect(totalLag([row({ start: 8n }), row({})], 0)).toMatchObject({ value: 7, detail: { lost: 3 } })
  })

  it('is as old as the record, else as seen, else not known', () => {
    const at = (age: Parameters<typeof row>[0]['age']) =>
      row({ ...(age ? { age } : {}), end: 10n }).lagSeconds
    expect(at(() => ({ recordAtMs: -2_500 }))).toMatchObject({
      value: 2.5,
      quality: 'exact',
      detail: { from: 'record' },
    })
    expect(at(() => ({ recordAtMs: 9_000 }))).toMatchObject({ value: 0 })
    expect(at(() => ({ seenAtMs: -2_500 }))).toMatchObject({
      value: 2.5,
      quality: 'estimated',
      detail: { from: 'history' },
    })
    expect(at(() => ({ unknown: 'not read' }))).toMatchObject({ state: 'unavailable', reason: 'not read' })
    expect(row({ committed: { none: 'no commit' } }).lagSeconds).toMatchObject({ reason: 'no commit' })
  })

  it('is caught up where only markers lie', () => {
    const residue = row({ end: 7n, age: () => ({ residue: true }) })
    expect(residue.lag).toMatchObject({ value: 2, quality: 'approximate', detail: { residue: true } })
    expect(residue.lagSeconds).toMatchObject({ value: 0, quality: 'exact' })
    expect(totalLag([residue, row({ end: 5n })], 0)).toMatchObject({ value: 2, detail: { residue: true } })
    // With a message waiting elsewhere the group is not caught up.
    expect(totalLag([residue, row({})], 0)).not.toHaveProperty('detail.residue')
  })

  it('takes the worst age of a group, at least so much when some are not known', () => {
    const old = row({ age: () => ({ recordAtMs: -9_000 }) })
    const young = row({ age: () => ({ seenAtMs: -1_000 }) })
    expect(totalSeconds([young, old], 0)).toMatchObject({ value: 9, quality: 'exact' })
    expect(totalSeconds([old, row({ committed: { none: 'no commit' } })], 0)).toMatchObject({
      value: 9,
      quality: 'approximate',
      detail: { missing: 1, known: 1 },
    })
    expect(totalSeconds([row({})], 0)).toMatchObject({ state: 'unavailable', reason: 'not read' })
    expect(totalSeconds([], 0).state).toBe('unavailable')
  })
})
