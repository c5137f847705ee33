import { describe, expect, it } from 'vitest'
import { rowOf, type Standing, sumReadings } from './place.ts'
import { planSentence } from './words.ts'

const standing = (over: Partial<Standing> = {}): Standing => ({
  topic: 't',
  partition: 0,
  old: 50n,
  start: 10n,
  end: 100n,
  ...over,
})
const plan = (wanted: bigint, over?: Partial<Standing>, gaps: string | null = null) =>
  rowOf(standing(over), { wanted }, gaps, 0)

describe('a row of a plan', () => {
  it('counts what is skipped and what is read again', () => {
    expect(plan(70n)).toMatchObject({ old: '50', next: '70', skipped: { value: 20 }, again: { value: 0 } })
    expect(plan(30n)).toMatchObject({ next: '30', skipped: { value: 0 }, again: { value: 20 } })
    expect(plan(50n)).toMatchObject({ next: '50', skipped: { value: 0 }, again: { value: 0 } })
  })

  it('stays in the log and says so', () => {
    expect(plan(3n)).toMatchObject({ next: '10', note: '3 is before the first message: the start at 10' })
    expect(plan(-7n)).toMatchObject({ next: '10', again: { value: 40 } })
    expect(plan(999n)).toMatchObject({ next: '100', note: '999 is beyond the end: the end at 100' })
    expect(plan(100n).note).toBeUndefined()
  })

  it('counts from the start where the log dropped messages before they were read', () => {
    expect(plan(60n, { old: 2n })).toMatchObject({ skipped: { value: 50 }, again: { value: 0 } })
    expect(plan(10n, { old: 2n })).toMatchObject({ skipped: { value: 0 }, again: { value: 0 } })
  })

  it('knows nothing of counts without a commit, and only bounds where offsets have gaps', () => {
    expect(plan(60n, { old: null })).toMatchObject({ old: null, skipped: { state: 'unavailable' } })
    expect(plan(60n, {}, 'gaps')).toMatchObject({
      skipped: { value: 10, quality: 'approximate', detail: { reason: 'gaps' } },
      again: { value: 0, quality: 'exact' },
    })
  })

  it('keeps 64 bits', () => {
    const far = 2n ** 62n
    expect(plan(far + 1n, { old: far, end: far + 5n })).toMatchObject({
      next: `${far + 1n}`,
      skipped: { value: 1 },
    })
  })
})

describe('the sentence of a plan', () => {
  const sentence = (rows: ReturnType<typeof plan>[], members = 0) =>
    planSentence(
      'billing',
      rows,
      sumReadings(
        rows.map((row) => row.skipped),
        0,
      ),
      sumReadings(
        rows.map((row) => row.again),
        0,
      ),
      members,
    )

  it('says what moves, what is skipped and read again, and who has to leave', () => {
    expect(sentence([plan(70n), plan(50n)])).toBe(
      'billing moves 1 of 2 partitions: 20 messages skipped, no messages read again',
    )
    expect(sentence([plan(51n)], 2)).toBe(
      'billing moves 1 partition: 1 message skipped, no messages read again; its 2 members have to leave before',
    )
    expect(sentence([plan(50n)])).toBe('billing stands there already on 1 partition: nothing would change')
  })

  it('never says a number for what is not known', () => {
    expect(sentence([plan(70n, {}, 'gaps')])).toContain('at most 20 messages skipped')
    expect(sentence([plan(70n), plan(70n, { old: null })])).toContain('at least 20 messages skipped')
    expect(sentence([plan(70n, { old: null })])).toContain('an unknown number of messages skipped')
  })
})
