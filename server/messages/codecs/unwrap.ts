import { decodeUtf8 } from '../../brokers/contract/index.ts'
import { readBase64 } from './base64.ts'
import { type Compression, decompress, magicOf } from './compression.ts'
import { maxLayers, maxRatio, ratioFreeBytes } from './limits.ts'

export interface Unwrapped {
  /** The innermost layer that could be reached. */
  readonly bytes: Uint8Array
  /** From the outside in: gzip, zstd, deflate, base64. */
  readonly steps: readonly string[]
  /** Why it went no further. */
  readonly note: string | null
  /** Bytes that came out on the way, thrown away or not. */
  readonly cost: number
}

/**
 * Takes compression and base64 off a payload, layer by layer. `encodings` is what the message itself says of
 * its encoding, if anything; nothing of it is believed that the bytes do not bear out.
 */
export function unwrap(bytes: Uint8Array, encodings: readonly string[], layerBytes: number): Unwrapped {
  const steps: string[] = []
  let inner = bytes
  let cost = 0
  const stop = (note: string | null): Unwrapped => ({ bytes: inner, steps, note, cost })
  for (;;) {
    if (inner.byteLength > layerBytes) return stop(null)
    const layer = layerOf(inner, encodings)
    if (layer === null) return stop(null)
    if (steps.length >= maxLayers) {
      return stop(`Wrapped more than ${maxLayers} times: shown as it is from there on`)
    }
    if ('bytes' in layer) {
      steps.push('base64')
      inner = layer.bytes
      cost += inner.byteLength
      continue
    }
    const limit = Math.min(layerBytes, Math.max(ratioFreeBytes, inner.byteLength * maxRatio))
    const result = decompress(layer.kind, inner, limit, layer.isTold)
    if (result === 'too-large') {
      cost += limit
      return stop(`The ${layer.kind} inside is larger than ${limit} bytes and was not unpacked`)
    }
    if (result === 'broken') {
      return stop(layer.isSure ? `It looks like ${layer.kind} but does not unpack` : null)
    }
    steps.push(layer.kind)
    inner = result.bytes
    cost += inner.byteLength
  }
}

type Layer =
  | { readonly kind: Compression; readonly isTold: boolean; readonly isSure: boolean }
  | { readonly bytes: Uint8Array }
  | null

function layerOf(bytes: Uint8Array, encodings: readonly string[]): Layer {
  if (bytes.byteLength === 0) return null
  const magic = magicOf(bytes)
  const saysDeflate = encodings.includes('deflate')
  if (magic === 'gzip' || magic === 'zstd') return { kind: magic, isTold: true, isSure: true }
  if (magic === 'deflate' && (saysDeflate || decodeUtf8(bytes) === null)) {
    return { kind: 'deflate', isTold: saysDeflate, isSure: saysDeflate }
  }
  if (saysDeflate && decodeUtf8(bytes) === null) return { kind: 'deflate', isTold: true, isSure: false }
  const decoded = readBase64(bytes, encodings.includes('base64'))
  return decoded === null ? null : { bytes: decoded }
}
