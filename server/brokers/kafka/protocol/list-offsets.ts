import { defineApi } from './api.ts'

/** Instead of a time: the log's end (or last stable offset when read committed) and its start. */
export const latest = -1n
export const earliest = -2n

export interface OffsetsQuery {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly timestamp: bigint }[]
}
export interface OffsetAnswer {
  readonly partition: number
  readonly error: number
  readonly offset: bigint
}

export const listOffsetsApi = defineApi<
  { readCommitted: boolean; topics: readonly OffsetsQuery[] },
  readonly { topic: string; partitions: readonly OffsetAnswer[] }[]
>({
  name: 'ListOffsets',
  key: 2,
  min: 6,
  max: 7,
  flexible: true,
  encode: (w, { readCommitted, topics }) =>
    w
      .appendInt32(-1)
      .appendInt8(readCommitted ? 1 : 0)
      .appendArray([...topics], (t, { topic, partitions }) =>
        t
          .appendString(topic)
          .appendArray([...partitions], (p, { partition, timestamp }) =>
            p.appendInt32(partition).appendInt32(-1).appendInt64(timestamp),
          ),
      )
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r.readArray((t) => ({
      topic: t.readString(),
      partitions: t.readArray((p) => {
        const row = { partition: p.readInt32(), error: p.readInt16() }
        p.skip(8)
        const offset = p.readInt64()
        p.skip(4)
        return { ...row, offset }
      }),
    }))
  },
})
