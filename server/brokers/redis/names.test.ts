import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesFromName, nameFromBytes } from './names.ts'

describe('names of bytes', () => {
  it('keeps valid UTF-8 as it is and spells everything else', () => {
    expect(nameFromBytes(Buffer.from('orders:ünï 🐇'))).toBe('orders:ünï 🐇')
    expect(nameFromBytes(Buffer.from([0x63, 0xe9, 0x5c, 0x0a]))).toBe('\\x:c\\xe9\\\\\\x0a')
    expect(nameFromBytes(Buffer.from('\\x:a'))).toBe('\\x:\\\\x:a')
  })

  it('comes back byte for byte, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(bytesFromName(nameFromBytes(bytes)).equals(bytes)).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = Buffer.from(`\\x:${text}`)
        expect(bytesFromName(nameFromBytes(bytes)).equals(bytes)).toBe(true)
      }),
    )
  })

  it('takes a mark that spells nothing for a plain name', () => {
    expect(bytesFromName('\\x:\\q').toString()).toBe('\\x:\\q')
    expect(bytesFromName('\\x:ü').toString()).toBe('\\x:ü')
  })
})
