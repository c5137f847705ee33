import { ByteReader, ByteWriter, zigzag } from './bytes.ts'

/** Values of one series in a row; NaN: unknown. Qualities as indexes, meaningless where the value is unknown. */
export interface Column {
  readonly values: Float64Array
  readonly qualities: Uint8Array
}

/** Tokens: a run of gaps, a run of the same value, else the difference. Differences count from 2 on. */
const [gapRun, sameRun, firstDelta] = [0, 1, 2]
/** Decimals that are kept: of whole numbers none, else three; six where everything lies below one. */
const decimals = [0, 3, 6] as const
const wholeLimit = 2 ** 51

/**
 * A column as bytes: differences as zigzag varints, equal values and gaps as runs, so that what stands still costs
 * three bytes and a counter of messages about one a reading. Numbers too large for it are written as doubles.
 * What is not whole is rounded to three decimals (six below one).
 */
export function encodeColumn({ values, qualities }: Column, writer = new ByteWriter()): ByteWriter {
  const form = formOf(values)
  const mixed = qualityRuns(values, qualities)
  const isMixed = mixed.length > 1
  writer.byte(form | (isMixed ? 0x80 : (mixed[0]?.quality ?? 0) << 4))
  if (isMixed) {
    writer.varint(mixed.length)
    for (const { quality, length } of mixed) {
      writer.byte(quality)
      writer.varint(length)
    }
  }
  const scale = scaleOf(form)
  let before = 0
  for (let at = 0; at < values.length; ) {
    const value = scaled(values[at], scale)
    let end = at + 1
    while (end < values.length && Object.is(scaled(values[end], scale), value)) end += 1
    let length = end - at
    at = end
    if (Number.isNaN(value)) {
      writer.varint(gapRun)
      writer.varint(length)
      continue
    }
    if (value !== before) {
      writer.varint(firstDelta + (scale === null ? 0 : zigzag(value - before)))
      if (scale === null) writer.double(value)
      before = value
      length -= 1
    }
    if (length === 0) continue
    writer.varint(sameRun)
    writer.varint(length)
  }
  return writer
}

/** `length` values; throws on bytes that are no column of that length. */
export function decodeColumn(bytes: Uint8Array, length: number): Column {
  const reader = new ByteReader(bytes)
  const head = reader.byte()
  const values = new Float64Array(length)
  const qualities = new Uint8Array(length).fill((head >> 4) & 3)
  if (head & 0x80) {
    let at = 0
    for (let runs = reader.varint(); runs > 0; runs -= 1) {
      const quality = reader.byte()
      const end = at + reader.varint()
      qualities.fill(quality, at, end)
      at = end
    }
  }
  const scale = scaleOf(head & 0x0f)
  let before = 0
  for (let at = 0; at < length; ) {
    const token = reader.varint()
    if (token >= firstDelta) {
      before = scale === null ? reader.double() : before + unzigzag(token - firstDelta)
      values[at++] = before / (scale ?? 1)
      continue
    }
    const end = at + reader.varint()
    if (end > length || end === at) throw new RangeError('A run is longer than its column')
    values.fill(token === gapRun ? Number.NaN : before / (scale ?? 1), at, end)
    at = end
  }
  return { values, qualities }
}

const doubles = 3

function formOf(values: Float64Array): number {
  let isWhole = true
  let largest = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    if (isWhole && !Number.isInteger(value)) isWhole = false
    largest = Math.max(largest, Math.abs(value))
  }
  const form = isWhole ? 0 : largest < 1 ? 2 : 1
  return largest * 10 ** (decimals[form] ?? 0) < wholeLimit ? form : doubles
}

/** Null: doubles, as they are. */
function scaleOf(form: number): number | null {
  const digits = decimals[form]
  return digits === undefined ? null : 10 ** digits
}

function scaled(value: number | undefined, scale: number | null): number {
  if (value === undefined) return Number.NaN
  if (scale === null) return value + 0
  // No negative zero: it would be another value than zero.
  return scale === 1 ? value + 0 : Math.round(value * scale) + 0
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

/** A gap has the quality of what stands before it, so that it parts no run. */
function qualityRuns(values: Float64Array, qualities: Uint8Array): { quality: number; length: number }[] {
  const runs: { quality: number; length: number }[] = []
  let open = 0
  let last: { quality: number; length: number } | null = null
  for (let at = 0; at < values.length; at += 1) {
    const quality = qualities[at] ?? 0
    if (Number.isNaN(values[at])) {
      if (last) last.length += 1
      else open += 1
    } else if (last && last.quality === quality) last.length += 1
    else {
      last = { quality, length: 1 + open }
      runs.push(last)
      open = 0
    }
  }
  return runs
}
