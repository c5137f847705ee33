import { compareIds } from './map.ts'
import type { StreamGroup, StreamInfo } from './stream-info.ts'

/** How many entries a group has yet to read, as far as it can be proven. */
export type Lag =
  | { readonly state: 'exact' | 'approximate'; readonly count: number }
  | { readonly state: 'unknown'; readonly reason: string }

export interface Judged {
  readonly lag: Lag
  /** Entries that left before this group read them, while its position is still before the first; null: not known. */
  readonly lost: { readonly count: number; readonly isExact: boolean } | null
}

interface Seen {
  readonly cursor: string
  /** Entries the group passed over without reading them: Redis goes on counting those as lag. */
  readonly passedOver: bigint
}

/**
 * Redis reckons the lag as `entries-added` less `entries-read`. Entries trimmed before a group read them stay in that
 * difference for good (redis 7.0.15: a group at the very end of its stream has a lag), so it is not believed alone:
 * at either end of the stream the length says it, and in between only what was seen to hold since.
 */
export interface LagBook {
  judge(key: string, info: StreamInfo, group: StreamGroup): Judged
  /** Forgets every group but these. */
  keep(keys: ReadonlySet<string>): void
}

export function openLagBook(): LagBook {
  const seen = new Map<string, Seen>()
  return {
    keep: (keys) => {
      for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key)
    },
    judge: (key, info, group) => {
      const cursor = group.lastDeliveredId
      const before = seen.get(key)
      const reported = reportedLag(info, group)
      const certain = lagAtTheEnds(info, cursor)
      if (certain !== null) {
        const passedOver = reported === null ? null : reported - BigInt(certain)
        if (passedOver === null) seen.delete(key)
        else seen.set(key, { cursor, passedOver })
        return {
          lag: { state: 'exact', count: certain },
          lost: lostNow(info, cursor, passedOver, before?.passedOver),
        }
      }
      const lost = { count: 0, isExact: true }
      if (typeof group.lag !== 'number') {
        seen.delete(key)
        return { lag: { state: 'unknown', reason: reasonOf(info, group) }, lost }
      }
      const passedOver = provenSince(info, cursor, before)
      if (passedOver === null) {
        seen.delete(key)
        return { lag: { state: 'approximate', count: Math.min(group.lag, info.length - 1) }, lost }
      }
      seen.set(key, { cursor, passedOver })
      return { lag: { state: 'exact', count: Math.max(0, group.lag - Number(passedOver)) }, lost }
    },
  }
}

function reportedLag(info: StreamInfo, group: StreamGroup): bigint | null {
  if (info.entriesAdded === null || typeof group.entriesRead !== 'string') return null
  return BigInt(info.entriesAdded) - BigInt(group.entriesRead)
}

/** Before the first entry, on it and behind the last the length alone says what is left to read; else null. */
function lagAtTheEnds(info: StreamInfo, cursor: string): number | null {
  if (info.firstId === null || compareIds(cursor, info.lastGeneratedId) >= 0) return 0
  const order = compareIds(cursor, info.firstId)
  if (order < 0) return info.length
  return order === 0 ? info.length - 1 : null
}

/** What it had passed over when it was last seen, if trimming cannot have overtaken it since. */
function provenSince(info: StreamInfo, cursor: string, before: Seen | undefined): bigint | null {
  if (info.entriesAdded !== null && BigInt(info.entriesAdded) === BigInt(info.length)) return 0n
  if (!before || info.firstId === null) return null
  const isAhead = compareIds(info.firstId, before.cursor) <= 0 && compareIds(before.cursor, cursor) <= 0
  return isAhead ? before.passedOver : null
}

function lostNow(
  info: StreamInfo,
  cursor: string,
  passedOver: bigint | null,
  before: bigint | undefined,
): Judged['lost'] {
  const isPassed =
    info.firstId === null
      ? compareIds(cursor, info.lastGeneratedId) < 0
      : compareIds(cursor, info.firstId) < 0
  if (!isPassed) return { count: 0, isExact: true }
  if (info.entriesAdded !== null && BigInt(info.entriesAdded) === BigInt(info.length))
    return { count: 0, isExact: true }
  if (passedOver === null) return null
  // Without an earlier look it may be what was lost long ago.
  const count = passedOver - (before ?? 0n)
  return count < 0n ? null : { count: Number(count), isExact: before !== undefined }
}

/** Why Redis answers no lag, in words. */
function reasonOf(info: StreamInfo, group: StreamGroup): string {
  if (group.lag === undefined) return 'Redis before 7.0 does not report the lag of a group'
  const isHole = info.maxDeletedId !== null && compareIds(info.maxDeletedId, group.lastDeliveredId) > 0
  const why = isHole
    ? 'entries between the position of the group and the end were deleted'
    : 'the group was created or set at an id in the middle of the stream'
  return `Redis cannot tell: ${why}. It can be counted, and is known again once the group reads the last entry`
}
