import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationTypeSchema } from '../../../lib/schemas/destination.ts'
import { queueMessageId, readQueueId } from './queue-id.ts'
import { decodeParts, decodeRef, encodeParts, encodeRef, sameRef } from './ref.ts'

const hostileNames = [
  '../..',
  '<img src=x>',
  'a%2fb%00',
  '\u202Egnp.exe',
  'émoji 🐇',
  'x?y=1&z#f',
  '__proto__',
  '',
]
const urlSafe = /^[A-Za-z0-9_-]+$/
const refs = fc.record(
  {
    type: fc.constantFrom(...destinationTypeSchema.options),
    name: fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'grapheme' })),
    namespace: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['type', 'name'] },
)

describe('ids', () => {
  it('name exactly one destination, whatever it is called, and are safe in a URL', () => {
    fc.assert(
      fc.property(refs, refs, (ref, other) => {
        const id = encodeRef(ref)
        expect(id).toMatch(urlSafe)
        expect(decodeRef(id)).toEqual(ref)
        expect(id === encodeRef(other)).toBe(sameRef(ref, other))
      }),
    )
  })

  it('that are not ours are nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ref = decodeRef(text)
        expect(ref === null || encodeRef(ref) === text).toBe(true)
      }),
    )
    const strange = ['', '..', 'AAAA', encodeParts(['queue']), encodeParts(['nothing', 'x'])]
    for (const id of [...strange, encodeParts(['queue', 'a', 'b', 'c'])]) expect(decodeRef(id)).toBeNull()
    expect(decodeParts(`${encodeParts(['a', 'b'])}=`)).toBeNull()
    expect(decodeParts(Buffer.from('[1,2]').toString('base64url'))).toBeNull()
  })

  it('of messages on a queue carry their ordinal, and only those', () => {
    const hash = 'a'.repeat(43)
    expect(readQueueId(queueMessageId(hash, 12))).toEqual({ equals: hash, ordinal: 12 })
    for (const id of [
      '0-12',
      '1700000000000-0',
      'q-7',
      encodeParts(['short', '1']),
      encodeParts([hash, 'x']),
    ])
      expect(readQueueId(id)).toBeNull()
  })
})
