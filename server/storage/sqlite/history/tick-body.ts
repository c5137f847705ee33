import { ByteReader, ByteWriter } from './bytes.ts'

/** What changed from one sample to the next; a value that is NaN became unknown. */
export interface Changes {
  readonly series: ArrayLike<number>
  readonly values: Float64Array
  readonly qualities: Uint8Array
}

const [gap, whole, double] = [0, 1, 2]
const wholeLimit = 2 ** 51

/** Changes as bytes. Series in the order of their ids take a byte each beside their value. */
export function encodeChanges({ series, values, qualities }: Changes): Uint8Array {
  const writer = new ByteWriter()
  let before = 0
  for (let index = 0; index < values.length; index += 1) {
    const [id, value] = [series[index] ?? 0, values[index] ?? Number.NaN]
    writer.zigzag(id - before)
    before = id
    const kind = Number.isNaN(value)
      ? gap
      : Number.isInteger(value) && Math.abs(value) < wholeLimit
        ? whole
        : double
    writer.byte(kind | ((qualities[index] ?? 0) << 2))
    if (kind === whole) writer.zigzag(value)
    else if (kind === double) writer.double(value)
  }
  return writer.take()
}

/** Each change in turn: no list is made of them. */
export function readChanges(
  body: Uint8Array,
  onChange: (series: number, value: number, quality: number) => void,
): void {
  const reader = new ByteReader(body)
  let series = 0
  while (!reader.isAtEnd) {
    series += reader.zigzag()
    const head = reader.byte()
    const kind = head & 3
    const value = kind === whole ? reader.zigzag() : kind === double ? reader.double() : Number.NaN
    onChange(series, value, head >> 2)
  }
}
