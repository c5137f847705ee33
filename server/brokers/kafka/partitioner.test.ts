import { describe, expect, it } from 'vitest'
import { murmur2, partitionOfKey } from './partitioner.ts'

describe('partitioner', () => {
  it.each([
    // The vectors of Kafka's own UtilsTest.
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s like the Java client', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash)
  })

  it('stays within the partitions, also for an empty key and negative hashes', () => {
    for (const key of ['', 'foobar', '21']) {
      const partition = partitionOfKey(Buffer.from(key), 7)
      expect(partition).toBeGreaterThanOrEqual(0)
      expect(partition).toBeLessThan(7)
    }
  })
})
