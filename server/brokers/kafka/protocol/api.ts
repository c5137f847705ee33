import type { Reader, Writer } from '@platformatic/kafka'

/** One request of the Kafka protocol in the versions written here; the newest both sides know is used. */
export interface Api<Request, Response> {
  readonly name: string
  readonly key: number
  readonly min: number
  readonly max: number
  /** Flexible versions carry tagged fields in the request and response headers (KIP-482). */
  readonly flexible: boolean
  encode(writer: Writer, request: Request, version: number): void
  decode(reader: Reader, version: number): Response
}

export function defineApi<Request, Response>(api: Api<Request, Response>): Api<Request, Response> {
  return api
}

export const readInt32s = (reader: Reader): number[] => reader.readArray((r) => r.readInt32(), true, false)
export const readStrings = (reader: Reader): string[] => reader.readArray((r) => r.readString(), true, false)
export const writeInt32s = (writer: Writer, values: readonly number[]): Writer =>
  writer.appendArray([...values], (w, value) => w.appendInt32(value), true, false)
export const writeStrings = (writer: Writer, values: readonly string[] | null): Writer =>
  writer.appendArray(values && [...values], (w, value) => w.appendString(value), true, false)
