import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCompared, printCompared, readCompared, setCompared, toggleCompared } from './compare-list.ts'

const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
const one = fc.record({ broker: part, group: part, metric: part })

describe('a comparison in an address', () => {
  it('is read back as it was, whatever the ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(one, { maxLength: 8, selector: (of) => JSON.stringify(of) }), (list) => {
        expect(parseCompared(printCompared(list))).toEqual(list)
      }),
    )
  })

  it.each([
    [null, []],
    ['', []],
    ['shop', []],
    ['shop////', []],
    ['%E0%A4%A////lag', []],
    ['shop/d1///depth,shop/d1///depth', [{ broker: 'shop', destination: 'd1', metric: 'depth' }]],
  ])('%j', (text, list) => {
    expect(parseCompared(text)).toEqual(list)
  })

  it('holds eight series at most', () => {
    const many = Array.from({ length: 12 }, (_, i) => `b${i}////depth`).join(',')
    expect(parseCompared(many)).toHaveLength(8)
  })
})

it('what is put aside twice is taken back', () => {
  setCompared([])
  const [lag, depth] = [
    { broker: 'a', metric: 'lag' },
    { broker: 'a', metric: 'depth' },
  ]
  toggleCompared([lag])
  toggleCompared([lag, depth])
  expect(readCompared()).toEqual([lag, depth])
  toggleCompared([depth])
  expect(readCompared()).toEqual([lag])
})
