import { defineApi } from './api.ts'

export interface OffsetToSet {
  readonly partition: number
  readonly offset: bigint
}
export interface OffsetsToSet {
  readonly topic: string
  readonly partitions: readonly OffsetToSet[]
}
export interface OffsetSetAnswer {
  readonly topic: string
  readonly partition: number
  readonly error: number
  readonly message: string | null
}

/**
 * Commits for a group as nobody of it: no member, generation −1. The coordinator takes that only while the group
 * is empty, classic or KIP-848, and answers UNKNOWN_MEMBER_ID otherwise; so nothing is moved under a reader.
 */
export const offsetCommitApi = defineApi<
  { group: string; topics: readonly OffsetsToSet[] },
  readonly OffsetSetAnswer[]
>({
  name: 'OffsetCommit',
  key: 8,
  min: 8,
  max: 9,
  flexible: true,
  encode: (w, { group, topics }) =>
    w
      .appendString(group)
      .appendInt32(-1)
      .appendString('')
      .appendString(null)
      .appendArray([...topics], (t, { topic, partitions }) =>
        t
          .appendString(topic)
          .appendArray([...partitions], (p, row) =>
            p.appendInt32(row.partition).appendInt64(row.offset).appendInt32(-1).appendString(''),
          ),
      )
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r
      .readArray((t) => {
        const topic = t.readString()
        return t.readArray((p) => ({
          topic,
          partition: p.readInt32(),
          error: p.readInt16(),
          message: null,
        }))
      })
      .flat()
  },
})

/** KIP-932, Kafka 4.1 and newer: where a share group begins; only while it is empty (NON_EMPTY_GROUP otherwise). */
export const alterShareOffsetsApi = defineApi<
  { group: string; topics: readonly OffsetsToSet[] },
  { error: number; message: string | null; rows: readonly OffsetSetAnswer[] }
>({
  name: 'AlterShareGroupOffsets',
  key: 91,
  min: 0,
  max: 0,
  flexible: true,
  encode: (w, { group, topics }) =>
    w
      .appendString(group)
      .appendArray([...topics], (t, { topic, partitions }) =>
        t
          .appendString(topic)
          .appendArray([...partitions], (p, row) => p.appendInt32(row.partition).appendInt64(row.offset)),
      )
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    const [error, message] = [r.readInt16(), r.readNullableString()]
    const rows = r
      .readArray((t) => {
        const topic = t.readString()
        t.readUUID()
        return t.readArray((p) => ({
          topic,
          partition: p.readInt32(),
          error: p.readInt16(),
          message: p.readNullableString(),
        }))
      })
      .flat()
    return { error, message, rows }
  },
})
