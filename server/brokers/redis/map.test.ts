import { describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../contract/index.ts'
import { compareIds, fieldsOfMessage, messageOfEntry, parseEntryId } from './map.ts'

const b = (text: string) => Buffer.from(text)
const entry = [
  b('5-1'),
  [b('trace'), b('t1'), b('payload'), b('{}'), b('trace'), Buffer.from([0xff]), b('z'), b('')],
]
const out = (message: Partial<OutgoingMessage>): OutgoingMessage => ({
  key: null,
  body: null,
  headers: [],
  properties: {},
  timestampMs: null,
  from: null,
  ...message,
})

describe('entries', () => {
  it('keeps all fields in order, duplicates and bytes, and shows one as the body', () => {
    const message = messageOfEntry(entry, undefined)
    expect(message).toMatchObject({
      id: '5-1',
      position: '5-1',
      timestampMs: 5,
      properties: { bodyField: 'payload' },
    })
    expect(message?.headers.map(({ name, type, value }) => [name, type, value])).toEqual([
      ['trace', 'string', 't1'],
      ['payload', 'string', '{}'],
      ['trace', 'bytes', '/w=='],
      ['z', 'string', ''],
    ])
    expect(messageOfEntry(entry, 'z')).toMatchObject({ body: b(''), properties: { bodyField: 'z' } })
    expect(messageOfEntry(entry, 'absent')).toMatchObject({ body: null, properties: {} })
    expect(messageOfEntry([b('5-1'), null], undefined)).toBeNull()
  })

  it('writes an entry of Redis back field by field, an edited body in its place', () => {
    const message = messageOfEntry(entry, undefined)
    if (!message) throw new Error('no message')
    expect(fieldsOfMessage(out({ ...message, from: 'redis' }), undefined)).toEqual(entry[1])
    const edited = fieldsOfMessage(out({ ...message, from: 'redis', body: b('new') }), undefined)
    expect(edited[3]).toEqual(b('new'))
    expect(edited).toHaveLength(8)
  })

  it('writes headers in order, then the key, then the body under the body field', () => {
    const headers = [{ name: 'h', type: 'int32', value: '7' } as const]
    expect(fieldsOfMessage(out({ headers, key: b('k'), body: b('x') }), undefined).map(String)).toEqual([
      'h',
      '7',
      'key',
      'k',
      'body',
      'x',
    ])
    expect(fieldsOfMessage(out({ body: b('x') }), 'data').map(String)).toEqual(['data', 'x'])
    expect(fieldsOfMessage(out({}), undefined)).toEqual([])
  })

  it('parses positions and orders ids as 64-bit numbers', () => {
    expect(parseEntryId('15')).toBe('15-0')
    expect(parseEntryId('18446744073709551615-18446744073709551615')).toContain('-')
    for (const bad of ['', '-', 'x', '1-', '18446744073709551616', '1-1-1', ' 1'])
      expect(() => parseEntryId(bad)).toThrow(/position/)
    expect(compareIds('9007199254740993-0', '9007199254740992-9')).toBe(1)
    expect(compareIds('5-10', '5-9')).toBe(1)
    expect(compareIds('5-9', '5-9')).toBe(0)
  })
})
