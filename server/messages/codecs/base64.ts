import { decodeUtf8 } from '../../brokers/contract/index.ts'
import { magicOf } from './compression.ts'

const minEncoded = 16
const minDecodedText = 12

/**
 * The bytes behind a body that is base64 from end to end. Many a plain word is base64 by its letters too, so it
 * counts only when `isTold` by the message itself, or when something readable or compressed comes out.
 */
export function readBase64(bytes: Uint8Array, isTold: boolean): Uint8Array | null {
  if (bytes.byteLength < (isTold ? 4 : minEncoded) || !isAlphabet(bytes)) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\r\n]+/g, '')
  const isUrl = /[-_]/.test(text)
  if (isUrl ? /[+/]/.test(text) : text.length % 4 !== 0) return null
  if (!/^[\w+/-]+={0,2}$/.test(text)) return null
  const decoded = Buffer.from(text, isUrl ? 'base64url' : 'base64')
  return isTold || isMeaningful(decoded) ? decoded : null
}

function isMeaningful(decoded: Uint8Array): boolean {
  if (magicOf(decoded) !== null) return true
  const text = decoded.byteLength >= minDecodedText ? decodeUtf8(decoded) : null
  return text !== null && isPrintable(text)
}

/** No control characters but white space. */
export function isPrintable(text: string): boolean {
  return !/[^\P{Cc}\t\n\r]/u.test(text)
}

/** Cheap before anything is copied: letters, digits, + / - _ = and line ends only. */
function isAlphabet(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    const isWord =
      (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
    const isOther = byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f || byte === 0x3d
    if (!isWord && !isOther && byte !== 0x0a && byte !== 0x0d) return false
  }
  return true
}
