import { defineApi } from './api.ts'

export interface FetchQuery {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly offset: bigint
    readonly maxBytes: number
  }[]
}
export interface AbortedRange {
  readonly producerId: bigint
  readonly firstOffset: bigint
}
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  readonly error: number
  /** Last stable offset: where read committed ends. */
  readonly stableEnd: bigint
  readonly start: bigint
  readonly aborted: readonly AbortedRange[]
  /** Whole record batches, the last one possibly cut. */
  readonly bytes: Buffer
}

/** Without a fetch session and without any group: nothing on the broker remembers it. */
export const fetchApi = defineApi<
  {
    maxWaitMs: number
    minBytes: number
    maxBytes: number
    /** Absent: read committed. */
    uncommitted?: boolean
    topics: readonly FetchQuery[]
  },
  { error: number; throttledMs: number; partitions: readonly FetchedPartition[] }
>({
  name: 'Fetch',
  key: 1,
  min: 12,
  max: 12,
  flexible: true,
  encode: (w, { maxWaitMs, minBytes, maxBytes, uncommitted, topics }) =>
    w
      .appendInt32(-1)
      .appendInt32(maxWaitMs)
      .appendInt32(minBytes)
      .appendInt32(maxBytes)
      .appendInt8(uncommitted ? 0 : 1)
      .appendInt32(0)
      .appendInt32(-1)
      .appendArray([...topics], (t, { topic, partitions }) =>
        t
          .appendString(topic)
          .appendArray([...partitions], (p, query) =>
            p
              .appendInt32(query.partition)
              .appendInt32(-1)
              .appendInt64(query.offset)
              .appendInt32(-1)
              .appendInt64(-1n)
              .appendInt32(query.maxBytes),
          ),
      )
      .appendArray([], () => undefined)
      .appendString('')
      .appendTaggedFields(),
  decode(r) {
    const throttledMs = r.readInt32()
    const error = r.readInt16()
    r.readInt32()
    const topics = r.readArray((t) => {
      const topic = t.readString()
      return t.readArray((p) => {
        const row = { topic, partition: p.readInt32(), error: p.readInt16() }
        p.readInt64()
        const [stableEnd, start] = [p.readInt64(), p.readInt64()]
        const aborted = p.readArray((a) => ({ producerId: a.readInt64(), firstOffset: a.readInt64() }))
        p.readInt32()
        return { ...row, stableEnd, start, aborted, bytes: p.readBytes() }
      })
    })
    return { error, throttledMs, partitions: topics.flat() }
  },
})
