import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka'
import { BrokerError } from '../contract/index.ts'

/** The compression named in a batch's attributes (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd) undone. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes
  const algorithm = compressionsAlgorithmsByBitmask[codec]
  if (!algorithm) throw new BrokerError('unsupported', `Unknown compression ${codec} in a record batch`)
  return algorithm.decompressSync(bytes)
}
