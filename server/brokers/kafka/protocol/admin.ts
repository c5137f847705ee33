import { defineApi, writeInt32s, writeStrings } from './api.ts'

export const resourceTypes = { topic: 2, broker: 4, group: 32 } as const

export interface ConfigEntry {
  readonly name: string
  readonly value: string | null
  /** 1 topic, 2 dynamic broker, 3 dynamic default, 4 static broker, 5 built-in default, 8 group. */
  readonly source: number
  readonly sensitive: boolean
}
export interface ConfigAnswer {
  readonly name: string
  readonly error: number
  readonly message: string | null
  readonly configs: readonly ConfigEntry[]
}

/** `keys` null asks for all. */
export const describeConfigsApi = defineApi<
  { type: number; names: readonly string[]; keys: readonly string[] | null },
  readonly ConfigAnswer[]
>({
  name: 'DescribeConfigs',
  key: 32,
  min: 4,
  max: 4,
  flexible: true,
  encode: (w, { type, names, keys }) =>
    w
      .appendArray([...names], (n, name) => writeStrings(n.appendInt8(type).appendString(name), keys))
      .appendBoolean(false)
      .appendBoolean(false)
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r.readArray((a) => {
      const [error, message] = [a.readInt16(), a.readNullableString()]
      a.readInt8()
      const name = a.readString()
      const configs = a.readArray((c) => {
        const [key, value] = [c.readString(), c.readNullableString()]
        c.readBoolean()
        const [source, sensitive] = [c.readInt8(), c.readBoolean()]
        c.readArray((s) => [s.readString(), s.readNullableString(), s.readInt8()])
        c.readInt8()
        c.readNullableString()
        return { name: key, value, source, sensitive }
      })
      return { name, error, message, configs }
    })
  },
})

export interface LogDir {
  readonly error: number
  readonly path: string
  /** Of the disk it lies on; null before Kafka 3.3. */
  readonly disk: { readonly totalBytes: bigint; readonly freeBytes: bigint } | null
  readonly partitions: readonly { topic: string; partition: number; bytes: bigint; future: boolean }[]
}

/** Sizes of every replica on the broker asked. */
export const describeLogDirsApi = defineApi<
  { topics: readonly { topic: string; partitions: readonly number[] }[] | null },
  { error: number; dirs: readonly LogDir[] }
>({
  name: 'DescribeLogDirs',
  key: 35,
  min: 3,
  max: 4,
  flexible: true,
  encode: (w, { topics }) =>
    w
      .appendArray(topics && [...topics], (t, { topic, partitions }) =>
        writeInt32s(t.appendString(topic), partitions),
      )
      .appendTaggedFields(),
  decode(r, version) {
    r.readInt32()
    return {
      error: r.readInt16(),
      dirs: r.readArray((d) => {
        const [error, path] = [d.readInt16(), d.readString()]
        const partitions = d
          .readArray((t) => {
            const topic = t.readString()
            return t.readArray((p) => {
              const [partition, bytes] = [p.readInt32(), p.readInt64()]
              p.readInt64()
              return { topic, partition, bytes, future: p.readBoolean() }
            })
          })
          .flat()
        const disk = version >= 4 ? { totalBytes: d.readInt64(), freeBytes: d.readInt64() } : null
        return { error, path, partitions, disk }
      }),
    }
  },
})

/** Deletes everything before `offset` of each partition; nothing at or after it. */
export const deleteRecordsApi = defineApi<
  { topic: string; partitions: readonly { partition: number; offset: bigint }[]; timeoutMs: number },
  readonly { partition: number; start: bigint; error: number }[]
>({
  name: 'DeleteRecords',
  key: 21,
  min: 2,
  max: 2,
  flexible: true,
  encode: (w, { topic, partitions, timeoutMs }) =>
    w
      .appendArray([topic], (t, name) =>
        t
          .appendString(name)
          .appendArray([...partitions], (p, row) => p.appendInt32(row.partition).appendInt64(row.offset)),
      )
      .appendInt32(timeoutMs)
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r
      .readArray((t) => {
        t.readString()
        return t.readArray((p) => ({ partition: p.readInt32(), start: p.readInt64(), error: p.readInt16() }))
      })
      .flat()
  },
})

/** Which operations on the cluster itself these credentials may do, as bits. */
export const describeClusterApi = defineApi<null, { error: number; operations: number }>({
  name: 'DescribeCluster',
  key: 60,
  min: 0,
  max: 0,
  flexible: true,
  encode: (w) => w.appendBoolean(true).appendTaggedFields(),
  decode(r) {
    r.readInt32()
    const error = r.readInt16()
    r.readNullableString()
    r.readString()
    r.readInt32()
    r.readArray((b) => [b.readInt32(), b.readString(), b.readInt32(), b.readNullableString()])
    return { error, operations: r.readInt32() }
  },
})
