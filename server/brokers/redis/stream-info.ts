import { nameFromBytes } from './names.ts'
import { bytesOf, fieldsOf, listOf, numberOf, type Reply, textOf } from './reply.ts'

export interface StreamInfo {
  readonly length: number
  readonly firstId: string | null
  readonly lastGeneratedId: string
  /** Null before Redis 7. */
  readonly entriesAdded: string | null
  /** The highest id that was ever deleted by XDEL, `0-0` for none; null before Redis 7. */
  readonly maxDeletedId: string | null
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
  const [added, deleted] = [fields.get('entries-added'), fields.get('max-deleted-entry-id')]
  return {
    length: numberOf(fields.get('length')),
    firstId: Array.isArray(first) ? textOf(first[0]) : null,
    lastGeneratedId: textOf(fields.get('last-generated-id')),
    entriesAdded: added === undefined || added === null ? null : textOf(added),
    maxDeletedId: deleted === undefined || deleted === null ? null : textOf(deleted),
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
