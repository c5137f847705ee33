import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOfHeader, headerFromBytes, textHeader, textOfHeader } from './headers.ts'
import { countLag, ok, unavailable, unsupported } from './readings.ts'

describe('headers', () => {
  it('give back exactly the bytes they were made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const header = headerFromBytes('h', bytes)
        expect([...(bytesOfHeader(header) ?? [])]).toEqual([...bytes])
        expect(textOfHeader(header)).toBe(Buffer.from(bytes).toString('utf8'))
      }),
    )
  })

  it('tell text, bytes and nothing apart', () => {
    expect(headerFromBytes('h', Buffer.from('\uFEFFä'))).toEqual(textHeader('h', '\uFEFFä'))
    expect(headerFromBytes('h', Buffer.from([0xff])).type).toBe('bytes')
    expect(headerFromBytes('h', null)).toEqual({ name: 'h', type: 'null', value: null })
    expect(bytesOfHeader({ type: 'list', value: [] })).toBeNull()
    expect(textOfHeader({ type: 'null', value: null })).toBeNull()
  })
})

describe('readings', () => {
  it('count the lag beyond 2^53, from the start of the log at the earliest, and never below nothing', () => {
    expect(countLag('9223372036854775807', '9223372036854775800', '0')).toBe(7)
    expect(countLag('100', '3', '40')).toBe(60)
    expect(countLag('100', '120', '40')).toBe(0)
  })

  it('are a value with its time, or a reason, and never a zero for "unknown"', () => {
    const value = ok(3, 'messages', 0, 'approximate')
    expect(value).toMatchObject({
      state: 'ok',
      value: 3,
      at: '1970-01-01T00:00:00.000Z',
      quality: 'approximate',
    })
    expect(unavailable('gone', 0, value)).toMatchObject({ state: 'unavailable', reason: 'gone', last: value })
    expect('last' in unavailable('gone', 0)).toBe(false)
    expect(unsupported('none here')).toEqual({ state: 'unsupported', reason: 'none here' })
  })
})
