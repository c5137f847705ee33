import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { decompress } from './codecs.ts'

const bomb = Buffer.alloc(4_000_000)
const plain = Buffer.from('some records '.repeat(50))
const packers: [name: string, codec: number, pack: (bytes: Buffer) => Buffer][] = [
  ['gzip', 1, (bytes) => gzipSync(bytes)],
  ['snappy', 2, (bytes) => Buffer.from(compressionsAlgorithms.snappy.compressSync(bytes))],
  ['lz4', 3, (bytes) => Buffer.from(compressionsAlgorithms.lz4.compressSync(bytes))],
  ['zstd', 4, (bytes) => zstdCompressSync(bytes)],
]

/** Several snappy chunks behind the header that the Java client writes. */
function xerial(chunks: readonly Buffer[]): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const parts = chunks.flatMap((chunk) => {
    const packed = Buffer.from(compressionsAlgorithms.snappy.compressSync(chunk))
    const size = Buffer.alloc(4)
    size.writeUInt32BE(packed.length)
    return [size, packed]
  })
  return Buffer.concat([head, ...parts])
}

describe('codecs', () => {
  it.each(packers)('%s unpacks what fits and refuses what does not', (_, codec, pack) => {
    expect(Buffer.from(decompress(codec, pack(plain))).equals(plain)).toBe(true)
    expect(decompress(codec, pack(bomb), 5_000_000)).toHaveLength(bomb.length)
    expect(() => decompress(codec, pack(bomb), 1_000_000)).toThrow('more than 1000000 bytes')
    expect(() => decompress(codec, Buffer.from('no such thing'))).toThrow()
  })

  it('reads the chunked snappy of the Java client within the limit', () => {
    const packed = xerial([plain, plain])
    expect(Buffer.from(decompress(2, packed)).equals(Buffer.concat([plain, plain]))).toBe(true)
    expect(() => decompress(2, xerial([bomb, bomb]), 5_000_000)).toThrow('more than')
  })

  it('says so when it knows no such compression', () => {
    expect(decompress(0, plain)).toBe(plain)
    expect(() => decompress(7, plain)).toThrow('Unknown compression 7')
  })
})
