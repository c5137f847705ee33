import { type Batch, isControl, readBatches, readRecords } from './decode.ts'

const logAppendTimeBit = 0x08
/** Compaction wrote when its tombstones may go where the first timestamp stands otherwise. */
const deleteHorizonBit = 0x40

/**
 * The time of the first message at or behind `offset` in what was fetched from there; or the offset to go on from,
 * as markers and emptied batches hold none. `cut`: the batch did not fit. `illegible`: an old format, an unknown
 * codec, or a message without a time.
 */
export function findRecordTime(
  bytes: Buffer,
  offset: bigint,
): { readonly atMs: number } | { readonly next: bigint } | 'cut' | 'illegible' {
  let next: bigint | null = null
  try {
    for (const batch of readBatches(bytes)) {
      next = batch.lastOffset + 1n
      if (batch.lastOffset < offset || isControl(batch) || batch.count === 0) continue
      const atMs =
        batch.baseOffset >= offset && tellsFirstTime(batch)
          ? batch.baseTimestamp
          : readRecords(batch).find((record) => record.offset >= offset)?.timestampMs
      if (atMs !== undefined) return atMs >= 0 ? { atMs } : 'illegible'
    }
  } catch {
    return 'illegible'
  }
  return next === null ? 'cut' : { next }
}

/** Then the header is enough, and nothing has to be unpacked. */
function tellsFirstTime({ attributes }: Batch): boolean {
  return (attributes & (logAppendTimeBit | deleteHorizonBit)) === 0
}
