import { describe, expect, it } from 'vitest'
import { unavailable } from '../../../brokers/contract/index.ts'
import type { HistorySample } from '../../contract/history.ts'
import { ChangeBook } from './change-book.ts'
import { reading, sampleOf } from './testing/open-store.ts'

const segment = 600_000
const told = (book: ChangeBook, sample: HistorySample) => {
  const { isFull, defines, changes } = book.take(sample)
  const values = [...changes.values].map((value) => (Number.isNaN(value) ? null : value))
  return { isFull, defined: defines.length, values, series: [...changes.series] }
}

describe('what changed', () => {
  it('is everything at first and in a new segment, else only what is another value', () => {
    const book = new ChangeBook(segment, 10)
    expect(told(book, sampleOf(0, 5))).toMatchObject({ isFull: true, defined: 1, values: [5] })
    expect(told(book, sampleOf(1, 5))).toMatchObject({ isFull: false, defined: 0, values: [] })
    expect(told(book, sampleOf(2, 6))).toMatchObject({ isFull: false, values: [6] })
    expect(told(book, sampleOf(segment, 6))).toMatchObject({ isFull: true, defined: 0, values: [6] })
    book.lost('b')
    expect(told(book, sampleOf(segment + 1, 6))).toMatchObject({ isFull: true, values: [6] })
  })

  it('is another quality too, and a gap once: for unknown, left out, and not a number', () => {
    const book = new ChangeBook(segment, 10)
    const one = (readings: HistorySample['subjects'] extends Iterable<infer S> ? S : never) => ({
      ...sampleOf(1, null),
      subjects: [readings],
    })
    const subject = { scope: 'destination', id: 'q' } as const
    told(book, sampleOf(0, 5))
    expect(told(book, one({ ...subject, readings: { depth: reading(5, 'estimated') } })).values).toEqual([5])
    expect(told(book, one({ ...subject, readings: { depth: unavailable('down', 0) } })).values).toEqual([
      null,
    ])
    expect(told(book, one({ ...subject, readings: {} })).values).toEqual([])
    expect(told(book, sampleOf(2, 0)).values).toEqual([0])
    expect(told(book, { ...sampleOf(3, 0), subjects: [] }).values).toEqual([null])
    expect(told(book, { ...sampleOf(4, 0), subjects: [] }).values).toEqual([])
  })

  it('of another incarnation is the end of one series and the beginning of another', () => {
    const book = new ChangeBook(segment, 10)
    const first = told(book, sampleOf(0, 5, { incarnation: 'one' }))
    const second = told(book, sampleOf(1, 5, { incarnation: 'two' }))
    expect(second).toMatchObject({ defined: 1, values: [null, 5] })
    expect(second.series[0]).toBe(first.series[0])
    expect(second.series[1]).not.toBe(first.series[0])
    // One that does not say it is the same.
    expect(told(book, sampleOf(2, 5))).toMatchObject({ defined: 0, values: [] })
  })
})

describe('room', () => {
  const many = (count: number, from = 0): HistorySample => ({
    ...sampleOf(1, null),
    subjects: Array.from({ length: count }, (_, index) => ({
      scope: 'destination' as const,
      id: `q${from + index}`,
      readings: { depth: reading(index) },
    })),
  })

  it('is limited, what finds none is counted, and what vanished gives its own back', () => {
    const book = new ChangeBook(segment, 5)
    book.take(many(8))
    expect([book.live, book.refused]).toEqual([5, 3])
    book.take(many(3))
    expect([book.live, book.refused]).toEqual([5, 0])
    for (let sample = 0; sample < 241; sample += 1) book.take(many(3))
    expect(book.live).toBe(3)
    book.take(many(2, 100))
    expect([book.live, book.refused]).toEqual([5, 0])
    book.forget('b')
    expect(book.live).toBe(0)
  })
})
