import type { LagRow } from '../../../lib/schemas/group.ts'
import type { Reading } from '../../../lib/schemas/reading.ts'
import { countLag, ok, unavailable } from '../contract/index.ts'

/** A group's cursor on one partition: an offset, nothing yet, or the broker's reason for not telling. */
export type Committed = { readonly offset: bigint } | { readonly none: string } | { readonly reason: string }

export interface LagInput {
  readonly topic: string
  readonly partition: number
  readonly committed: Committed
  readonly start: bigint | null
  readonly end: bigint | null
  readonly endReason: string
  readonly member?: string | undefined
  /** Only an upper bound: gaps (compaction, markers), or records acknowledged out of order. */
  readonly isUpperBound: boolean
  readonly detail?: Record<string, unknown> | undefined
}

/** `lag = max(0, end − max(committed, start))`; without a commit or an end it is not known, never 0. */
export function lagRow(input: LagInput, atMs: number): LagRow {
  const { committed, start, end } = input
  const offset = 'offset' in committed ? committed.offset.toString() : null
  return {
    destination: input.topic,
    partition: input.partition,
    committed: offset,
    start: start?.toString() ?? null,
    end: end?.toString() ?? null,
    ...(input.member === undefined ? {} : { member: input.member }),
    lag: lagReading(input, offset, atMs),
  }
}

function lagReading(input: LagInput, offset: string | null, atMs: number): Reading {
  const { committed, start, end } = input
  if ('reason' in committed) return unavailable(committed.reason, atMs)
  if (offset === null) return unavailable('none' in committed ? committed.none : 'no commit', atMs)
  if (start === null || end === null) return unavailable(input.endReason, atMs)
  const lag = countLag(`${end}`, offset, `${start}`)
  const reading = ok(lag, 'messages', atMs, input.isUpperBound && lag > 0 ? 'approximate' : 'exact')
  return input.detail ? { ...reading, detail: input.detail } : reading
}

/** Sum of the rows that are known; `approximate` with `detail.missing` when some are not. */
export function totalLag(rows: readonly LagRow[], atMs: number): Reading {
  let sum = 0
  let missing = 0
  let isExact = true
  let reason = 'no commit'
  for (const { lag } of rows) {
    if (lag.state !== 'ok') {
      missing++
      if (lag.state === 'unavailable') reason = lag.reason
      continue
    }
    sum += lag.value
    if (lag.quality !== 'exact') isExact = false
  }
  if (rows.length === 0) return unavailable('no topic is known for this group', atMs)
  if (missing === rows.length) return unavailable(reason, atMs)
  const reading = ok(sum, 'messages', atMs, missing === 0 && isExact ? 'exact' : 'approximate')
  return missing > 0 ? { ...reading, detail: { missing, known: rows.length - missing } } : reading
}
