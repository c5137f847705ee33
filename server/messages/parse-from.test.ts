import { describe, expect, it } from 'vitest'
import { parseFrom } from './parse-from.ts'

describe('where reading begins', () => {
  it.each([
    ['newest', { kind: 'newest' }],
    ['oldest', { kind: 'oldest' }],
    ['2026-11-24T10:00:00.000Z', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 10) }],
    ['2026-11-24T10:00Z', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 10) }],
    ['2026-11-24T10:00:00', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 10) }],
    ['2026-11-24T10:00:00+01:00', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 9) }],
    ['2026-11-24T10:00:00 01:00', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 9) }],
    ['2026-11-24T10:00:00+0100', { kind: 'time', atMs: Date.UTC(2026, 10, 24, 9) }],
    ['2026-11-24', { kind: 'time', atMs: Date.UTC(2026, 10, 24) }],
    ['1700000000000-0', { kind: 'position', position: '1700000000000-0' }],
    ['0:42', { kind: 'position', position: '0:42' }],
    ['9223372036854775807', { kind: 'position', position: '9223372036854775807' }],
  ])('%s', (text, from) => expect(parseFrom(text)).toEqual(from))

  it.each(['2026-13-01T00:00:00Z', '2026-02-30', '2026-11-24T25:00:00Z', 'two words', 'a\u0000b'])(
    'refuses %j',
    (text) => expect(() => parseFrom(text)).toThrow(expect.objectContaining({ code: 'bad_request' })),
  )
})
