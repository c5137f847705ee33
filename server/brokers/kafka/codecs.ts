import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka'
import { BrokerError } from '../contract/index.ts'

/** A small batch can claim to be a huge one: whoever writes to a topic must not be able to fill our memory. */
const maxBatchBytes = 128 * 1024 * 1024

const gzip = 1
const snappy = 2
const lz4 = 3
const zstd = 4
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const xerialHeadBytes = 16

/** The compression named in a batch's attributes (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd) undone. */
export function decompress(codec: number, bytes: Buffer, limit = maxBatchBytes): Buffer {
  if (codec === 0) return bytes
  try {
    if (codec === gzip) return gunzipSync(bytes, { maxOutputLength: limit })
    if (codec === zstd) return zstdDecompressSync(bytes, { maxOutputLength: limit })
    if (codec === snappy && snappySize(bytes) > limit) throw tooLarge(limit)
    if (codec === lz4 && lz4Bound(bytes) > limit) throw tooLarge(limit)
    const algorithm = compressionsAlgorithmsByBitmask[codec]
    if (algorithm) return algorithm.decompressSync(bytes)
  } catch (error) {
    if (error instanceof BrokerError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new BrokerError('protocol', 'A compressed record batch is damaged', { cause: error })
  }
  throw new BrokerError('unsupported', `Unknown compression ${codec} in a record batch`)
}

const tooLarge = (limit: number) =>
  new BrokerError('too_large', `A record batch unpacks to more than ${limit} bytes`)

/** What the chunks say of themselves: each begins with its unpacked length as a varint. */
function snappySize(bytes: Buffer): number {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return readVarint(bytes, 0)
  let size = 0
  for (let at = xerialHeadBytes; at + 4 < bytes.length; at += 4 + bytes.readUInt32BE(at))
    size += readVarint(bytes, at + 4)
  return size
}

function readVarint(bytes: Buffer, from: number): number {
  let value = 0
  for (let at = from, scale = 1; at < from + 5; at++, scale *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  return value
}

const lz4Magic = 0x184d2204

/** The most an lz4 frame can unpack to: each block to at most the block size its header names. */
function lz4Bound(bytes: Buffer): number {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== lz4Magic) return 0
  const [flags, descriptor] = [bytes[4] ?? 0, bytes[5] ?? 0]
  const blockBytes = 2 ** (8 + 2 * ((descriptor >> 4) & 7))
  const hasBlockSum = (flags & 0x10) !== 0
  let at = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0)
  let bound = 0
  while (at + 4 <= bytes.length) {
    const head = bytes.readUInt32LE(at)
    if (head === 0) break
    const size = head & 0x7fffffff
    // A byte of lz4 never stands for more than 255.
    bound += head >= 0x80000000 ? size : Math.min(blockBytes, size * 255)
    at += 4 + size + (hasBlockSum ? 4 : 0)
  }
  return bound
}
