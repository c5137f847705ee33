import { ByteReader, ByteWriter } from './bytes.ts'
import { type Column, decodeColumn, encodeColumn } from './column.ts'
import { dayMs, windowMs } from './times.ts'

/** A raw chunk holds one column a metric; one of a roll-up average, lowest, highest and count. */
export const rolledColumns = 4

const partSpan = 2 ** 32
const slotSpan = 2 ** 40
export const maxParts = 256

/**
 * Where in its file, and whose: the row number says both, so that no index is kept. `part`: what came late for a
 * time that was already put together is a part of its own.
 */
export function chunkId(slot: number, part: number, owner: number): number {
  return slot * slotSpan + part * partSpan + owner
}
export const slotRange = (first: number, last = first): [number, number] => [
  first * slotSpan,
  (last + 1) * slotSpan,
]
export const ownerOf = (id: number) => id % partSpan
export const slotOf = (id: number) => Math.floor(id / slotSpan)
export const partOf = (id: number) => Math.floor(id / partSpan) % maxParts

/** Windows lie in the file of their day, days in that of their month. */
export function rollUpSlot(tier: 'minute' | 'hour', fromMs: number): number {
  if (tier === 'minute') return Math.floor((fromMs % dayMs) / windowMs)
  return new Date(fromMs).getUTCDate() - 1
}

export class ChunkWriter {
  readonly #writer = new ByteWriter()
  readonly #column = new ByteWriter()

  /** The metric's columns, `columns` of them in turn. */
  add(metric: number, columns: readonly Column[]): void {
    this.#writer.varint(metric)
    this.#column.clear()
    for (const column of columns) {
      const before = this.#column.length
      encodeColumn(column, this.#column)
      lengths.push(this.#column.length - before)
    }
    for (const length of lengths.splice(0)) this.#writer.varint(length)
    this.#writer.append(this.#column.take())
  }

  /** Null when nothing was added. */
  take(): Uint8Array | null {
    const bytes = this.#writer.length === 0 ? null : this.#writer.take()
    this.#writer.clear()
    return bytes
  }
}
const lengths: number[] = []

/** Each metric in turn; those that are not wanted are passed over without being decoded. */
export function readChunk(
  body: Uint8Array,
  columns: number,
  length: number,
  wants: (metric: number) => boolean,
  onMetric: (metric: number, columns: Column[]) => void,
): void {
  const reader = new ByteReader(body)
  while (!reader.isAtEnd) {
    const metric = reader.varint()
    const sizes = Array.from({ length: columns }, () => reader.varint())
    const parts = sizes.map((size) => reader.bytes(size))
    if (wants(metric))
      onMetric(
        metric,
        parts.map((part) => decodeColumn(part, length)),
      )
  }
}
