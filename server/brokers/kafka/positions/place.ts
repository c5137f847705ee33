import type { OffsetRow } from '../../../../lib/schemas/offset.ts'
import type { Reading } from '../../../../lib/schemas/reading.ts'
import { ok, unavailable } from '../../contract/index.ts'

/** One partition of a group, with what was found for the target. */
export interface Standing {
  readonly topic: string
  readonly partition: number
  /** Null without a commit. */
  readonly old: bigint | null
  readonly start: bigint
  readonly end: bigint
}

export interface Aim {
  readonly wanted: bigint
  readonly note?: string | undefined
}

/** Brings what is wanted into the log, and counts what that skips or reads again. `gaps`: why counts are upper bounds. */
export function rowOf(standing: Standing, aim: Aim, gaps: string | null, atMs: number): OffsetRow {
  const { topic, partition, old, start, end } = standing
  const { next, clamped } = clamp(aim.wanted, start, end)
  const notes = [aim.note, clamped].filter((note) => note !== undefined)
  return {
    destination: topic,
    partition,
    old: old?.toString() ?? null,
    next: next.toString(),
    start: start.toString(),
    end: end.toString(),
    skipped: countReading(old === null ? null : next - max(old, start), gaps, atMs),
    again: countReading(old === null ? null : min(old, end) - next, gaps, atMs),
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
  }
}

function clamp(wanted: bigint, start: bigint, end: bigint): { next: bigint; clamped?: string } {
  if (wanted < start)
    return { next: start, clamped: `${wanted} is before the first message: the start at ${start}` }
  if (wanted > end) return { next: end, clamped: `${wanted} is beyond the end: the end at ${end}` }
  return { next: wanted }
}

const noCommit =
  'no commit: where the group would begin by itself is a setting of its clients, so nothing can be counted'

function countReading(count: bigint | null, gaps: string | null, atMs: number): Reading {
  if (count === null) return unavailable(noCommit, atMs)
  if (count <= 0n) return ok(0, 'messages', atMs)
  const reading = ok(Number(count), 'messages', atMs, gaps === null ? 'exact' : 'approximate')
  return gaps === null ? reading : { ...reading, detail: { reason: gaps } }
}

/** The sum of what is known; `approximate` with `detail.missing` when some is not. */
export function sumReadings(readings: readonly Reading[], atMs: number): Reading {
  const known = readings.filter((reading) => reading.state === 'ok')
  if (known.length === 0) return unavailable(noCommit, atMs)
  const sum = known.reduce((total, reading) => total + reading.value, 0)
  const missing = readings.length - known.length
  const isExact = missing === 0 && known.every((reading) => reading.quality === 'exact')
  const reading = ok(sum, 'messages', atMs, isExact ? 'exact' : 'approximate')
  return missing > 0 ? { ...reading, detail: { missing, known: known.length } } : reading
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)
const min = (a: bigint, b: bigint) => (a < b ? a : b)
