import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FilterNode, join, type Op } from './ast.ts'
import { readFilter } from './compile.ts'
import type { FieldTable } from './fields.ts'
import { maxFilterLength, parseFilter } from './parse.ts'
import { asValue, asWord, printFilter } from './print.ts'

interface Row {
  readonly name: string
  readonly depth: number | null
  readonly bytes?: number
  readonly ageMs?: number
  readonly dlq?: boolean | null
  readonly tags?: readonly string[] | null
  readonly at?: number | null
}
const table: FieldTable<Row> = {
  fields: {
    name: { kind: 'text', about: '', read: (row) => row.name },
    depth: { kind: 'number', unit: 'count', about: '', read: (row) => row.depth },
    bytes: { kind: 'number', unit: 'bytes', about: '', read: (row) => row.bytes ?? null },
    age: { kind: 'number', unit: 'duration', about: '', read: (row, now) => now - (row.ageMs ?? 0) },
    dlq: { kind: 'flag', about: '', read: (row) => row.dlq ?? null },
    tag: { kind: 'text', about: '', read: (row) => row.tags ?? null },
    at: { kind: 'time', about: '', read: (row) => row.at ?? null },
  },
  aliases: { size: 'bytes' },
  word: (row) => row.name,
}
const rows: readonly Row[] = [
  {
    name: 'orders',
    depth: 1204,
    bytes: 2_000_000,
    dlq: false,
    tags: ['quorum', 'queue'],
    at: Date.UTC(2026, 6, 30),
  },
  { name: 'orders.dlq', depth: 5000, dlq: true, tags: ['quorum'] },
  { name: 'audit', depth: 0, tags: [] },
  { name: 'reports nightly', depth: null, dlq: null, tags: null },
]
const found = (text: string, now = 0) => {
  const filter = readFilter(text, table)
  if (!filter.ok) throw new Error(`${filter.error.column}: ${filter.error.message}`)
  return rows.filter((row) => filter.matches(row, now)).map((row) => row.name)
}
const problem = (text: string) => {
  const filter = readFilter(text, table)
  return filter.ok ? null : filter.error
}

describe('what a line finds', () => {
  test.each<[string, readonly string[]]>([
    ['', ['orders', 'orders.dlq', 'audit', 'reports nightly']],
    ['ORD', ['orders', 'orders.dlq']],
    ['orders.*', ['orders.dlq']],
    ['"orders.*"', []],
    ['name=orders', ['orders']],
    ['name!=orders', ['orders.dlq', 'audit', 'reports nightly']],
    ['name:"reports nightly"', ['reports nightly']],
    ['tag:quorum depth>2k', ['orders.dlq']],
    ['tag:quorum and not depth>2k', ['orders']],
    ['tag=queue or dlq:yes', ['orders', 'orders.dlq']],
    ['(depth:0 or dlq:yes) ord', ['orders.dlq']],
    ['depth > 1000', ['orders', 'orders.dlq']],
    ['depth>=1.204k depth<5k', ['orders']],
    ['size>1MB', ['orders']],
    ['at>=2026-07-30 at<2026-07-30T00:01', ['orders']],
    ['dlq:unknown', ['audit', 'reports nightly']],
  ])('%s', (text, names) => expect(found(text)).toEqual(names))

  test('an unknown number matches no comparison, nor the opposite of one', () => {
    expect(found('depth<1')).toEqual(['audit'])
    expect(found('not depth<1')).toEqual(['orders', 'orders.dlq'])
    expect(found('depth!=0')).toEqual(['orders', 'orders.dlq'])
    expect(found('depth:unknown')).toEqual(['reports nightly'])
    expect(found('depth!=unknown')).toEqual(['orders', 'orders.dlq', 'audit'])
  })

  test('what a row has none of is neither a number nor unknown', () => {
    const filter = (text: string) => readFilter(text, table)
    const exchange: Row = { name: 'x', depth: Number.NaN }
    for (const text of ['depth:0', 'depth!=0', 'depth:unknown', 'depth!=unknown', 'not depth>1']) {
      const read = filter(text)
      expect(read.ok && read.matches(exchange, 0), text).toBe(false)
    }
  })

  test('an age is counted from now', () => {
    expect(found('age<1h', 3_599_000)).toHaveLength(4)
    expect(found('age<1h', 3_600_000)).toEqual([])
  })
})

describe('what is wrong, and where', () => {
  test.each<[string, number, RegExp]>([
    ['depth>', 7, /Expected a value behind depth>/],
    ['depth>abc', 7, /a number such as 100, 5k or 2M/],
    ['age<5', 5, /a duration such as 5s, 2m, 1h or 3d/],
    ['dept>5', 1, /did you mean depth/],
    ['vhost=a', 1, /There is no field vhost: expected name, depth/],
    ['depth:', 7, /Expected a value behind depth:/],
    ['dpth:4', 1, /did you mean depth/],
    ['name>5', 5, /name is text/],
    ['dlq:maybe', 5, /yes, no or unknown/],
    ['(orders', 1, /never closed/],
    ['orders)', 7, /closes nothing/],
    ['a "b', 3, /never closed/],
    ['orders or', 10, /Expected a word/],
    ['and x', 1, /Expected a word/],
    ['>5', 1, /Expected a field before >/],
    ['at>soon', 4, /a day or time/],
    ['at>2026-13-01', 4, /a day or time/],
    ['()', 2, /Expected a word/],
    ['"a":b', 1, /not quoted text/],
  ])('%s at column %i', (text, column, message) => {
    expect(problem(text)?.column).toBe(column)
    expect(problem(text)?.message).toMatch(message)
  })

  test('depth and length are bounded', () => {
    expect(problem('('.repeat(900))?.message).toMatch(/nested too deeply/)
    expect(problem('not '.repeat(200))?.message).toMatch(/nested too deeply/)
    expect(problem('x'.repeat(maxFilterLength + 1))?.column).toBe(maxFilterLength + 1)
  })
})

const at = { from: 0, to: 0 }
const literal = fc.string({ maxLength: 12 }).map((text) => ({ text, literal: true }))
const bareWord = fc
  .stringMatching(/^[a-z*?.!_-][\w*?./-]{0,8}$/)
  .filter((text) => !/^(and|or|not)$/i.test(text) && !text.includes('!='))
  .map((text) => ({ text, literal: false }))
const bareValue = fc.stringMatching(/^[\w*.:-][\w*:"=<>./-]{0,8}$/).map((text) => ({ text, literal: false }))
const leaf: fc.Arbitrary<FilterNode> = fc.oneof(
  fc.oneof(literal, bareWord).map((value): FilterNode => ({ kind: 'word', value, at })),
  fc
    .record({
      field: fc.stringMatching(/^[a-z][a-z0-9.]{0,6}$/).filter((text) => !/^(and|or|not)$/i.test(text)),
      op: fc.constantFrom<Op>(':', '=', '!=', '>', '>=', '<', '<='),
      value: fc.oneof(literal, bareValue),
    })
    .map((clause): FilterNode => ({ kind: 'clause', ...clause, at: { field: at, op: at, value: at } })),
)
const node: fc.Arbitrary<FilterNode> = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        fc.constantFrom<'and' | 'or'>('and', 'or'),
        fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, parts]) => join(kind, parts)),
    tie('node').map((part): FilterNode => ({ kind: 'not', part })),
  ),
})).node

/** Without the places in the line, which printing does not keep. */
const shape = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)))

describe('laws', () => {
  test('a printed node reads back as the same node', () => {
    fc.assert(
      fc.property(node, (one) => {
        const text = printFilter(one)
        fc.pre(text.length <= maxFilterLength)
        const parsed = parseFilter(text)
        expect(parsed.ok, text).toBe(true)
        expect(parsed.ok && shape(parsed.node), text).toEqual(shape(one))
      }),
      { numRuns: 1000 },
    )
  })

  test('no line throws; an error stands inside the line or just behind it', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('(', ')', '"', '\\', ' ', ':', '>=', 'depth', 'not ', 'or ', 'and ', '5k'),
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join('')),
        ),
        (text) => {
          const filter = readFilter(text, table)
          if (filter.ok) for (const row of rows) expect(typeof filter.matches(row, 0)).toBe('boolean')
          else {
            expect(filter.error.column).toBeGreaterThanOrEqual(1)
            expect(filter.error.column).toBeLessThanOrEqual(text.length + 1)
            expect(filter.error.length).toBeGreaterThanOrEqual(1)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('any text can be written as a value or word that finds exactly it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (name) => {
        for (const text of [`name=${asValue(name)}`, `name:${asValue(name)}`, asWord(name)]) {
          const filter = readFilter(text, table)
          expect(filter.ok && filter.matches({ name, depth: 0 }, 0), text).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
