/** Bytes of a base64 string; empty when it is none. */
export function bytesOfBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

const perLine = 8

/** "00000008  7b 22 6f …  {"o…": eight bytes a line, which fits a phone; at most `limit` bytes. */
export function hexDump(bytes: Uint8Array, limit = 4096): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, limit); at += perLine) {
    const row = bytes.subarray(at, Math.min(at + perLine, limit))
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${text.join('')}`)
  }
  return lines.join('\n')
}
