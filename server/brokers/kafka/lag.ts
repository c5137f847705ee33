import type { LagRow } from '../../../lib/schemas/group.ts'
import type { OkReading, Reading } from '../../../lib/schemas/reading.ts'
import { countLag, ok, unavailable } from '../contract/index.ts'

/** A group's cursor on one partition: an offset, nothing yet, or the broker's reason for not telling. */
export type Committed = { readonly offset: bigint } | { readonly none: string } | { readonly reason: string }

/** How old the next message is, by what was found out; `unknown` says why nothing was. */
export type Age =
  | { readonly recordAtMs: number }
  | { readonly residue: true }
  | { readonly seenAtMs: number }
  | { readonly unknown: string }

export interface LagInput {
  readonly topic: string
  readonly partition: number
  readonly committed: Committed
  readonly start: bigint | null
  readonly end: bigint | null
  readonly endReason: string
  readonly member?: string | undefined
  /** Why it is only an upper bound: gaps by compaction, or records acknowledged out of order; null where it is none. */
  readonly upperBound: string | null
  /** Of the next message; only asked where messages wait. */
  readonly age: () => Age
  readonly detail?: Record<string, unknown> | undefined
}

let zeros = { atMs: Number.NaN, messages: ok(0, 'messages', 0), seconds: ok(0, 'seconds', 0) }

/** Most rows of most samples are caught up: they share one reading of each unit. */
function zeroOf(unit: 'messages' | 'seconds', atMs: number): OkReading {
  if (zeros.atMs !== atMs)
    zeros = { atMs, messages: ok(0, 'messages', atMs), seconds: ok(0, 'seconds', atMs) }
  return zeros[unit]
}

/**
 * `lag = max(0, end − max(committed, start))`; without a commit or an end it is not known, never 0.
 * `lost = max(0, start − committed)`: what retention took before the group read it.
 */
export function lagRow(input: LagInput, atMs: number): LagRow {
  const { committed, start, end } = input
  const offset = 'offset' in committed ? committed.offset.toString() : null
  const lag = lagReading(input, offset, atMs)
  const age = lag.state === 'ok' && lag.value > 0 ? input.age() : null
  const isResidue = age !== null && 'residue' in age
  return {
    destination: input.topic,
    partition: input.partition,
    committed: offset,
    start: start?.toString() ?? null,
    end: end?.toString() ?? null,
    ...(input.member === undefined ? {} : { member: input.member }),
    lag: isResidue && lag.state === 'ok' ? asResidue(lag) : lag,
    lagSeconds: secondsOf(lag, age, atMs),
    ...('offset' in committed && start !== null
      ? { lost: lostOf(committed.offset, start, input, atMs) }
      : {}),
  }
}

function lagReading(input: LagInput, offset: string | null, atMs: number): Reading {
  const { committed, start, end, upperBound } = input
  if ('reason' in committed) return unavailable(committed.reason, atMs)
  if (offset === null) return unavailable('none' in committed ? committed.none : 'no commit', atMs)
  if (start === null || end === null) return unavailable(input.endReason, atMs)
  const lag = countLag(`${end}`, offset, `${start}`)
  if (lag === 0 && !input.detail) return zeroOf('messages', atMs)
  const isBound = upperBound !== null && lag > 0
  const reading = ok(lag, 'messages', atMs, isBound ? 'approximate' : 'exact')
  if (!isBound && !input.detail) return reading
  return { ...reading, detail: { ...input.detail, ...(isBound ? { reason: upperBound } : {}) } }
}

/** Looked at, and no message lies there: an application that commits behind its last message never gets past markers. */
const residueReason = 'caught up: only transaction markers or compacted offsets lie there, no message'

function asResidue(lag: OkReading): OkReading {
  return { ...lag, quality: 'approximate', detail: { ...lag.detail, residue: true, reason: residueReason } }
}

/** By the message's own time: exact. By when its offset was first seen: estimated. Nothing is guessed beyond that. */
function secondsOf(lag: Reading, age: Age | null, atMs: number): Reading {
  if (lag.state !== 'ok') return lag
  if (age === null) return zeroOf('seconds', atMs)
  if ('residue' in age) return { ...ok(0, 'seconds', atMs), detail: { residue: true } }
  if ('unknown' in age) return unavailable(age.unknown, atMs)
  const [since, from] = 'recordAtMs' in age ? [age.recordAtMs, 'record'] : [age.seenAtMs, 'history']
  const seconds = Math.max(0, Math.round(atMs - since)) / 1000
  const reading = ok(seconds, 'seconds', atMs, from === 'record' ? 'exact' : 'estimated')
  return { ...reading, detail: { from } }
}

function lostOf(committed: bigint, start: bigint, { upperBound }: LagInput, atMs: number): Reading {
  if (start <= committed) return zeroOf('messages', atMs)
  return ok(Number(start - committed), 'messages', atMs, upperBound === null ? 'exact' : 'approximate')
}

/**
 * Sum of the rows that are known; `approximate` with `detail.missing` when some are not. `detail.lost` and
 * `detail.residue` (all of it is) tell what the rows do.
 */
export function totalLag(rows: readonly LagRow[], atMs: number): Reading {
  let [sum, lost, residue] = [0, 0, 0]
  let missing = 0
  let isExact = true
  let reason = 'no commit'
  for (const row of rows) {
    const { lag } = row
    if (row.lost?.state === 'ok') lost += row.lost.value
    if (lag.state !== 'ok') {
      missing++
      if (lag.state === 'unavailable') reason = lag.reason
      continue
    }
    sum += lag.value
    if (lag.detail?.residue === true) residue += lag.value
    if (lag.quality !== 'exact') isExact = false
  }
  if (rows.length === 0) return unavailable('no topic is known for this group', atMs)
  if (missing === rows.length) return unavailable(reason, atMs)
  const reading = ok(sum, 'messages', atMs, missing === 0 && isExact ? 'exact' : 'approximate')
  const detail = {
    ...(missing > 0 ? { missing, known: rows.length - missing } : {}),
    ...(lost > 0 ? { lost } : {}),
    ...(residue > 0 && residue === sum ? { residue: true, reason: residueReason } : {}),
  }
  return Object.keys(detail).length > 0 ? { ...reading, detail } : reading
}

/** The oldest message any partition waits with; at least that old when some partitions are not known. */
export function totalSeconds(rows: readonly LagRow[], atMs: number): Reading {
  let worst: OkReading | null = null
  let missing = 0
  let reason = 'no commit'
  for (const { lagSeconds } of rows) {
    if (lagSeconds?.state === 'ok') worst = worst && worst.value >= lagSeconds.value ? worst : lagSeconds
    else {
      missing++
      if (lagSeconds?.state === 'unavailable') reason = lagSeconds.reason
    }
  }
  if (rows.length === 0) return unavailable('no topic is known for this group', atMs)
  if (worst === null) return unavailable(reason, atMs)
  if (missing === 0) return worst
  const quality = worst.quality === 'exact' ? 'approximate' : worst.quality
  return { ...worst, quality, detail: { ...worst.detail, missing, known: rows.length - missing } }
}
