import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeProperties, encodeProperties } from './basic-properties.ts'
import { decodeFields, encodeTable, encodeTableToBuffer, type Field, FieldTable } from './codec.ts'
import { headersOfTable, tableOfHeaders } from './headers.ts'

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
const integer = (tag: 'b' | 'B' | 's' | 'u' | 'I' | 'i', min: number, max: number) =>
  fc.integer({ min, max }).map((value): Field => ({ tag, value }))
const name = fc.string({ unit: 'grapheme', maxLength: 20 })

const { table } = fc.letrec<{ field: Field; table: FieldTable }>((tie) => ({
  table: fc.array(fc.tuple(name, tie('field')), { maxLength: 6 }).map((entries) => new FieldTable(entries)),
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      bytes.map((value): Field => ({ tag: 'S', value })),
      bytes.map((value): Field => ({ tag: 'x', value })),
      fc.boolean().map((value): Field => ({ tag: 't', value })),
      integer('b', -0x80, 0x7f),
      integer('B', 0, 0xff),
      integer('s', -0x8000, 0x7fff),
      integer('u', 0, 0xffff),
      integer('I', -0x80000000, 0x7fffffff),
      integer('i', 0, 0xffffffff),
      fc.float({ noNaN: true, noDefaultInfinity: true }).map((value): Field => ({ tag: 'f', value })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): Field => ({ tag: 'd', value })),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Field => ({ tag: 'l', value })),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): Field => ({ tag: 'T', value })),
      fc
        .record({ places: fc.integer({ min: 0, max: 9 }), digits: fc.integer({ min: 0, max: 0xffffffff }) })
        .map((value): Field => ({ tag: 'D', value })),
      fc.constant<Field>({ tag: 'V', value: null }),
    ),
    tie('table').map((value): Field => ({ tag: 'F', value: value as FieldTable })),
    fc.array(tie('field'), { maxLength: 4 }).map((value): Field => ({ tag: 'A', value: value as Field[] })),
  ),
}))

const decoded = (buffer: Buffer) => decodeFields(buffer.subarray(4))

describe('field tables', () => {
  it('keep every tag, width, order and duplicate name', () => {
    fc.assert(fc.property(table, (given) => void expect(decoded(encodeTableToBuffer(given))).toEqual(given)))
  })

  it('come through typed headers and back as the same bytes', () => {
    fc.assert(
      fc.property(table, (given) => {
        const encoded = encodeTableToBuffer(given)
        expect(encodeTableToBuffer(tableOfHeaders(headersOfTable(given)))).toEqual(encoded)
      }),
    )
  })

  it('are read from plain values as the clients of RabbitMQ write them', () => {
    const plain = { a: 1, b: 2 ** 40, c: 'x', d: true, e: null, f: [1], g: { h: 0.5 }, i: undefined }
    expect(decoded(encodeTableToBuffer(plain)).entries.map(([key, { tag }]) => key + tag)).toEqual([
      'aI',
      'bl',
      'cS',
      'dt',
      'eV',
      'fA',
      'gF',
    ])
  })

  it('say what does not fit, and what they do not know', () => {
    expect(() => encodeTable(Buffer.alloc(8), { long: 'x'.repeat(100) }, 0)).toThrow(RangeError)
    expect(() => encodeTableToBuffer({ f: () => 1 })).toThrow(TypeError)
    expect(() => decodeFields(Buffer.from([1, 97, 63]))).toThrow('Unexpected type tag "?"')
  })
})

describe('content properties', () => {
  const short = fc.option(
    fc.uint8Array({ maxLength: 255 }).map((array) => Buffer.from(array)),
    { nil: undefined },
  )
  it('come back as they were, bytes that are no text among them', () => {
    const fields = fc.record({
      contentType: short,
      correlationId: short,
      messageId: short,
      clusterId: short,
      headers: fc.option(table, { nil: undefined }),
      deliveryMode: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      timestamp: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined }),
    })
    fc.assert(
      fc.property(fields, (given) => {
        const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        expect(decodeProperties(encodeProperties(present)).fields).toEqual(present)
      }),
    )
  })
})
