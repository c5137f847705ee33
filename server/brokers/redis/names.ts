import { decodeUtf8 } from '../contract/index.ts'

/**
 * Keys, groups, consumers and field names of Redis are bytes. A name that is valid UTF-8 is shown as it is; any
 * other starts with the mark `\x:` and spells its bytes in ASCII with `\xNN` and `\\`. A valid name that itself
 * starts with the mark is spelled too, so the two directions are exact inverses and a person can type either.
 */
const mark = '\\x:'

export function nameFromBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes)
  if (text !== null && !text.startsWith(mark)) return text
  let spelled = mark
  for (const byte of bytes) {
    if (byte === 0x5c) spelled += '\\\\'
    else if (byte >= 0x20 && byte < 0x7f) spelled += String.fromCharCode(byte)
    else spelled += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return spelled
}

export function bytesFromName(name: string): Buffer {
  return spelledBytes(name) ?? Buffer.from(name, 'utf8')
}

function spelledBytes(name: string): Buffer | null {
  if (!name.startsWith(mark)) return null
  const bytes: number[] = []
  for (const part of name
    .slice(mark.length)
    .matchAll(/\\\\|\\x([0-9a-f]{2})|([\x20-\x5b\x5d-\x7e])|(.)/gsu)) {
    if (part[3] !== undefined) return null
    if (part[1] !== undefined) bytes.push(Number.parseInt(part[1], 16))
    else bytes.push(part[2]?.charCodeAt(0) ?? 0x5c)
  }
  return Buffer.from(bytes)
}
