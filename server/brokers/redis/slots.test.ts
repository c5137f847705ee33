import { describe, expect, it } from 'vitest'
import { slotOf } from './slots.ts'

describe('cluster slots', () => {
  it.each([
    ['s0', 11097],
    ['s3', 6970],
    ['123456789', 12739],
    ['', 0],
  ])('puts %j in slot %i, as CLUSTER KEYSLOT does', (key, slot) => {
    expect(slotOf(Buffer.from(key))).toBe(slot)
  })

  it('hashes only the first tag that is not empty', () => {
    expect(slotOf(Buffer.from('{t}a'))).toBe(slotOf(Buffer.from('{t}b{u}')))
    expect(slotOf(Buffer.from('{}a'))).not.toBe(slotOf(Buffer.from('{}b')))
  })
})
