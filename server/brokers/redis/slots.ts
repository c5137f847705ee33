/** The cluster slot of a key: CRC16 (XMODEM) of its hash tag, or of all of it, modulo 16384. */
export function slotOf(key: Uint8Array): number {
  return crc16(hashTag(key)) % 16_384
}

function hashTag(key: Uint8Array): Uint8Array {
  const open = key.indexOf(0x7b)
  const close = open < 0 ? -1 : key.indexOf(0x7d, open + 1)
  return close > open + 1 ? key.subarray(open + 1, close) : key
}

function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}
