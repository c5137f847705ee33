const seed = 0x9747b28c
const m = 0x5bd1e995

/** MurmurHash2 as in the Java client (org.apache.kafka.common.utils.Utils.murmur2), signed 32 bits. */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  let h = seed ^ length
  const at = (index: number) => data[index] ?? 0
  let index = 0
  for (; index + 4 <= length; index += 4) {
    let k = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    k = Math.imul(k, m)
    h = Math.imul(h, m) ^ k
  }
  const rest = length - index
  if (rest >= 3) h ^= at(index + 2) << 16
  if (rest >= 2) h ^= at(index + 1) << 8
  if (rest >= 1) h = Math.imul(h ^ at(index), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return (h ^ (h >>> 15)) | 0
}

/** The partition every Kafka client of the Java family gives this key. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
