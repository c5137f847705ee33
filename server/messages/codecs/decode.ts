import type { Payload } from '../../../lib/schemas/message.ts'
import { decodeUtf8 } from '../../brokers/contract/index.ts'
import { isPrintable } from './base64.ts'
import { type DecodeLimits, hexBytes, type ViewBudget } from './limits.ts'
import { readJson } from './read-json.ts'
import { unwrap } from './unwrap.ts'

export interface DecodeContext {
  readonly limits: DecodeLimits
  readonly budget: ViewBudget
  /** What the message says of its content encoding, lower case; empty when it says nothing. */
  readonly encodings: readonly string[]
}

const tooMuch = 'Too much for one page: open the message to read it'

/**
 * A payload for reading: `base64` is what lies on the broker, `text`, `json` and `hex` are views of the innermost
 * layer. Never throws, whatever the bytes: what cannot be read is hex.
 */
export function decodePayload(bytes: Uint8Array, context: DecodeContext): Payload {
  const { limits, budget, encodings } = context
  const truncated = bytes.byteLength > limits.wholeBytes
  const raw: Payload = { bytes: bytes.byteLength, decoded: [], truncated }
  if (!truncated) raw.base64 = bufferOf(bytes).toString('base64')
  if (budget.isSpent) return { ...raw, note: tooMuch }
  const inner = unwrap(bytes, encodings, limits.layerBytes)
  const payload = { ...raw, decoded: [...inner.steps] }
  const notes = inner.note === null ? [] : [inner.note]
  if (!budget.take(inner.cost + Math.min(inner.bytes.byteLength, limits.textBytes))) {
    return { ...payload, note: tooMuch }
  }
  const text = decodeUtf8(prefixOf(inner.bytes, limits.textBytes))
  if (text === null)
    return withNotes({ ...payload, ...hexOf(inner.bytes) }, [...notes, ...cutNote(inner.bytes, hexBytes)])
  const isCut = inner.bytes.byteLength > limits.textBytes
  if (isCut) notes.push(...cutNote(inner.bytes, limits.textBytes))
  const json = isCut || inner.bytes.byteLength > limits.jsonBytes ? null : readJson(text)
  if (json && 'value' in json) {
    return withNotes({ ...payload, text, json: json.value, decoded: [...payload.decoded, 'json'] }, notes)
  }
  if (json) notes.push(json.refused)
  // Numbers and the like are often valid UTF-8 too: both views, and the name of the one that is meant.
  if (!isPrintable(text)) return withNotes({ ...payload, text, ...hexOf(inner.bytes) }, notes)
  return withNotes({ ...payload, text, decoded: [...payload.decoded, 'text'] }, notes)

  function hexOf(shown: Uint8Array): Pick<Payload, 'hex' | 'decoded'> {
    const hex = bufferOf(shown.subarray(0, hexBytes)).toString('hex')
    return { hex, decoded: [...payload.decoded, 'hex'] }
  }
}

function withNotes(payload: Payload, notes: readonly string[]): Payload {
  return notes.length === 0 ? payload : { ...payload, note: notes.join('. ') }
}

function cutNote(bytes: Uint8Array, shown: number): string[] {
  return bytes.byteLength > shown ? [`The first ${shown} of ${bytes.byteLength} bytes are shown`] : []
}

/** At most `max` bytes, not ending inside a character. */
function prefixOf(bytes: Uint8Array, max: number): Uint8Array {
  if (bytes.byteLength <= max) return bytes
  let end = max
  while (end > max - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
