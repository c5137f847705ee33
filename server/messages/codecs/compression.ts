import { constants, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'

export type Compression = 'gzip' | 'deflate' | 'zstd'

/** The format by its first bytes; a zlib header is two bytes with a check, so text can pass for it. */
export function magicOf(bytes: Uint8Array): Compression | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  if (a === 0x1f && b === 0x8b && c === 0x08) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  const isZlib = (a & 0x0f) === 8 && a >> 4 <= 7 && (a * 256 + b) % 31 === 0 && (b & 0x20) === 0
  return isZlib && bytes.byteLength > 6 ? 'deflate' : null
}

export type Decompressed = { readonly bytes: Uint8Array } | 'too-large' | 'broken'

/** Never more than `maxBytes` in memory, however much would come out. `isTold`: raw deflate is tried too. */
export function decompress(
  kind: Compression,
  bytes: Uint8Array,
  maxBytes: number,
  isTold: boolean,
): Decompressed {
  const options = { maxOutputLength: maxBytes }
  if (kind === 'gzip') return attempt(() => gunzipSync(bytes, options))
  if (kind === 'zstd') {
    // The frame says how large a window it needs: 16 MiB covers every level up to 19, a hostile one says 2 GiB.
    const params = { [constants.ZSTD_d_windowLogMax]: 24 }
    return attempt(() => zstdDecompressSync(bytes, { ...options, params }))
  }
  const wrapped = attempt(() => inflateSync(bytes, options))
  // HTTP's "deflate" is the zlib format by its standard and the raw one by some senders.
  return wrapped === 'broken' && isTold ? attempt(() => inflateRawSync(bytes, options)) : wrapped
}

function attempt(work: () => Uint8Array): Decompressed {
  try {
    return { bytes: work() }
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge ? 'too-large' : 'broken'
  }
}
