import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payloadSchema } from '../../../lib/schemas/message.ts'
import { decodePayload } from './decode.ts'
import { listLimits, singleLimits, ViewBudget } from './limits.ts'

const mib = 1024 * 1024

function decode(bytes: Uint8Array, encodings: readonly string[] = [], limits = listLimits) {
  return decodePayload(bytes, { limits, budget: new ViewBudget(24 * mib), encodings })
}
const ofText = (text: string) => decode(Buffer.from(text, 'utf8'))

describe('a payload for reading', () => {
  const json = '{"id":9007199254740993,"small":42,"amount":1.50,"deep":{"x":[1,-9223372036854775808]}}'
  const base64 = (bytes: Uint8Array | string) => Buffer.from(Buffer.from(bytes).toString('base64'))

  it.each([
    ['plain text', Buffer.from('grüße 🐇'), ['text']],
    ['JSON', Buffer.from(json), ['json']],
    ['gzip of JSON', gzipSync(json), ['gzip', 'json']],
    ['zstd of JSON', zstdCompressSync(json), ['zstd', 'json']],
    ['zlib of JSON', deflateSync(json), ['deflate', 'json']],
    ['base64 of gzip of JSON', base64(gzipSync(json)), ['base64', 'gzip', 'json']],
    ['base64 of JSON', base64(json), ['base64', 'json']],
    [
      'base64 in lines',
      Buffer.from(`${base64(json).toString().replace(/.{76}/g, '$&\r\n')}\n`),
      ['base64', 'json'],
    ],
    ['binary', Buffer.from([0xff, 0xfe, 0x00]), ['hex']],
    ['a big-endian number', Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]), ['hex']],
    ['nothing', Buffer.alloc(0), ['text']],
    ['half a gzip', gzipSync(json).subarray(0, 30), ['hex']],
    ['a word that is base64 by its letters', Buffer.from('configurationset'), ['text']],
    ['text that begins like zlib', Buffer.from('x^2 + y^2'), ['text']],
  ])('%s', (_name, bytes, decoded) => {
    const payload = decode(bytes)
    expect(payload.decoded).toEqual(decoded)
    expect(Buffer.from(payload.base64 ?? '', 'base64').equals(bytes)).toBe(true)
  })

  it('keeps integers beyond 2^53 exact, and the text as written', () => {
    const payload = ofText(json)
    expect(payload.text).toBe(json)
    expect(payload.json).toEqual({
      id: '9007199254740993',
      small: 42,
      amount: 1.5,
      deep: { x: [1, '-9223372036854775808'] },
    })
  })

  it('reads raw deflate only when the message says so', () => {
    const raw = deflateRawSync(Buffer.from(json))
    expect(decode(raw).decoded).toEqual(['hex'])
    expect(decode(raw, ['deflate']).text).toBe(json)
  })

  it.each([
    ['gzip', gzipSync(Buffer.alloc(64 * mib))],
    ['zstd', zstdCompressSync(Buffer.alloc(256 * mib))],
    ['deflate', deflateSync(Buffer.alloc(64 * mib))],
    ['gzip in gzip', gzipSync(gzipSync(Buffer.alloc(64 * mib)))],
    ['gzip in base64', Buffer.from(gzipSync(Buffer.alloc(8 * mib)).toString('base64'))],
  ])('refuses a bomb: %s', (_name, bomb) => {
    for (const limits of [listLimits, singleLimits]) {
      const before = process.memoryUsage().arrayBuffers
      const payload = decode(bomb, ['deflate'], limits)
      expect(payload.note).toMatch(/larger than \d+ bytes and was not unpacked/)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * mib)
    }
  })

  it('unwraps four layers and says that there are more', () => {
    let bytes: Uint8Array = Buffer.from('innermost')
    for (let layer = 0; layer < 6; layer += 1) bytes = gzipSync(bytes)
    const payload = decode(bytes)
    expect(payload.decoded).toEqual(['gzip', 'gzip', 'gzip', 'gzip', 'hex'])
    expect(payload.note).toContain('more than 4 times')
  })

  it('shows JSON nested too deep, or with hostile keys, without harm', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(decode(Buffer.from(deep), [], singleLimits)).toMatchObject({ text: deep, decoded: ['text'] })
    const { json: value } = ofText('{"__proto__":{"isAdmin":true},"constructor":1,"a":1,"a":2}')
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true)
    expect((value as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(value).toMatchObject({ a: 2 })
    expect(JSON.stringify(ofText('[1e999,-1e999]').json)).toBe('["1e999","-1e999"]')
  })

  it('truncates in lists beyond 64 KiB, not inside a character', () => {
    const text = `a${'€'.repeat(40_000)}`
    const payload = ofText(text)
    expect(payload).toMatchObject({ bytes: 120_001, truncated: true, decoded: ['text'] })
    expect(payload.base64).toBeUndefined()
    expect(text.startsWith(payload.text ?? '!')).toBe(true)
    expect(payload.note).toBe('The first 65536 of 120001 bytes are shown')
    expect(decode(Buffer.from(text), [], singleLimits)).toMatchObject({ text, truncated: false })
    expect(decode(Buffer.alloc(65_536, 97)).truncated).toBe(false)
  })

  it('spends no more on a page than its budget', () => {
    const context = { limits: listLimits, budget: new ViewBudget(100), encodings: [] }
    expect(decodePayload(Buffer.alloc(80, 97), context).text).toHaveLength(80)
    const second = decodePayload(Buffer.alloc(80, 97), context)
    expect(second).toMatchObject({ note: expect.stringContaining('open the message') })
    expect(second.base64).toBeDefined()
  })

  it('never throws, and gives the bytes back identical', () => {
    const magics = [[0x1f, 0x8b, 8], [0x28, 0xb5, 0x2f, 0xfd], [0x78, 0x9c], [0x5b], [0x7b, 0x22], []]
    const hostile = fc
      .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 2_000 }))
      .map(([magic, rest]) => Buffer.from([...magic, ...rest]))
    const wrapped = fc
      .tuple(fc.uint8Array({ maxLength: 500 }), fc.constantFrom(gzipSync, deflateSync, zstdCompressSync))
      .map(([bytes, wrap]) => Buffer.from(wrap(bytes).toString('base64')))
    fc.assert(
      fc.property(
        fc.oneof(hostile, wrapped),
        fc.constantFrom([], ['deflate'], ['base64'], ['gzip']),
        (bytes, told) => {
          const payload = payloadSchema.parse(JSON.parse(JSON.stringify(decode(bytes, told))))
          expect(Buffer.from(payload.base64 ?? '', 'base64').equals(bytes)).toBe(true)
          expect(payload.decoded.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives any text back as written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const payload = ofText(text)
        if (!payload.decoded.includes('base64')) expect(payload.text).toBe(Buffer.from(text).toString('utf8'))
      }),
      { numRuns: 500 },
    )
  })
})
