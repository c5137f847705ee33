import type { LagRow } from '../../../lib/schemas/group.ts'
import type { Reading } from '../../../lib/schemas/reading.ts'
import { ok, unavailable } from '../contract/index.ts'
import { nameFromBytes } from './names.ts'
import { bytesOf, fieldsOf, listOf, numberOf, type Reply, textOf } from './reply.ts'

export interface StreamInfo {
  readonly length: number
  readonly firstId: string | null
  readonly lastGeneratedId: string
  /** Null before Redis 7. */
  readonly entriesAdded: string | null
  readonly fields: ReadonlyMap<string, unknown>
}

export interface StreamGroup {
  readonly name: string
  readonly rawName: Buffer
  readonly consumers: number
  readonly pending: number
  readonly lastDeliveredId: string
  /** Null where Redis does not know it; undefined before Redis 7. */
  readonly entriesRead: string | null | undefined
  readonly lag: number | null | undefined
}

export function readStreamInfo(reply: Reply): StreamInfo {
  const fields = fieldsOf(reply)
  const first = fields.get('first-entry')
  const added = fields.get('entries-added')
  return {
    length: numberOf(fields.get('length')),
    firstId: Array.isArray(first) ? textOf(first[0]) : null,
    lastGeneratedId: textOf(fields.get('last-generated-id')),
    entriesAdded: added === undefined || added === null ? null : textOf(added),
    fields,
  }
}

export function readStreamGroups(reply: Reply): StreamGroup[] {
  return listOf(reply).map((row) => {
    const fields = fieldsOf(row)
    const rawName = bytesOf(fields.get('name'))
    const [read, lag] = [fields.get('entries-read'), fields.get('lag')]
    return {
      name: nameFromBytes(rawName),
      rawName,
      consumers: numberOf(fields.get('consumers')),
      pending: numberOf(fields.get('pending')),
      lastDeliveredId: textOf(fields.get('last-delivered-id')),
      entriesRead: read === null || read === undefined ? read : textOf(read),
      lag: lag === null || lag === undefined ? lag : numberOf(lag),
    }
  })
}

/** Redis answers a null lag in two cases; it is unknown then, never 0. */
export function lagReading(group: StreamGroup, atMs: number): Reading {
  if (typeof group.lag === 'number') return ok(group.lag, 'messages', atMs)
  if (group.lag === undefined) return unavailable('Redis before 7.0 does not report the lag of a group', atMs)
  return unavailable(
    group.entriesRead === null
      ? 'Redis cannot tell: the group was created or set at an id in the middle of the stream'
      : 'Redis cannot tell: entries between the position of the group and the end were deleted',
    atMs,
  )
}

export function lagRow(stream: string, info: StreamInfo, group: StreamGroup, atMs: number): LagRow {
  return {
    destination: stream,
    partition: 0,
    committed: group.lastDeliveredId,
    start: info.firstId,
    end: info.lastGeneratedId,
    lag: lagReading(group, atMs),
  }
}
