import type { Reader } from '@platformatic/kafka'
import { defineApi, readInt32s, readStrings, writeStrings } from './api.ts'
import type { RawGroup, RawMember } from './groups.ts'

const encodeIds = (w: import('@platformatic/kafka').Writer, { groups }: { groups: readonly string[] }) =>
  writeStrings(w, groups).appendBoolean(false).appendTaggedFields()

function readAssignment(r: Reader): RawMember['assigned'] {
  const topics = r.readArray((t) => {
    t.readUUID()
    return { topic: t.readString(), partitions: readInt32s(t) }
  })
  r.readTaggedFields()
  return topics
}

/** What every describe of the new group protocols begins with; leaves the reader before the members. */
function readHead(r: Reader): Omit<RawGroup, 'members'> {
  const error = r.readInt16()
  const message = r.readNullableString()
  const [id, state] = [r.readString(), r.readString()]
  const epoch = r.readInt32()
  r.readInt32()
  return { error, message, id, state, epoch }
}

/** KIP-848 groups (`group.protocol=consumer`): DescribeGroups calls them Dead. */
export const consumerGroupDescribeApi = defineApi<{ groups: readonly string[] }, readonly RawGroup[]>({
  name: 'ConsumerGroupDescribe',
  key: 69,
  min: 0,
  max: 1,
  flexible: true,
  encode: encodeIds,
  decode(r, version) {
    r.readInt32()
    return r.readArray((g) => {
      const head = readHead(g)
      g.readString()
      const members = g.readArray((m) => {
        const id = m.readString()
        const instance = m.readNullableString()
        m.readNullableString()
        m.readInt32()
        const [client, host, subscribed] = [m.readString(), m.readString(), readStrings(m)]
        m.readNullableString()
        const assigned = readAssignment(m)
        readAssignment(m)
        if (version >= 1) m.readInt8()
        return { id, instance, client, host, subscribed, assigned }
      })
      g.readInt32()
      return { ...head, members }
    })
  },
})

/** KIP-932 share groups, Kafka 4.1 and newer (4.0 had an early-access version 0 with another shape). */
export const shareGroupDescribeApi = defineApi<{ groups: readonly string[] }, readonly RawGroup[]>({
  name: 'ShareGroupDescribe',
  key: 77,
  min: 1,
  max: 1,
  flexible: true,
  encode: encodeIds,
  decode(r) {
    r.readInt32()
    return r.readArray((g) => {
      const head = readHead(g)
      g.readString()
      const members = g.readArray((m) => {
        const id = m.readString()
        m.readNullableString()
        m.readInt32()
        const [client, host, subscribed] = [m.readString(), m.readString(), readStrings(m)]
        return { id, instance: null, client, host, subscribed, assigned: readAssignment(m) }
      })
      g.readInt32()
      return { ...head, members }
    })
  },
})

export interface ShareOffsets {
  readonly id: string
  readonly error: number
  readonly message: string | null
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      /** -1 until the group first read the partition. */
      readonly start: bigint
      /** The broker's own count of records not yet acknowledged (Kafka 4.2 and newer), else -1. */
      readonly lag: bigint
      readonly error: number
      readonly message: string | null
    }[]
  }[]
}

export const shareGroupOffsetsApi = defineApi<{ groups: readonly string[] }, readonly ShareOffsets[]>({
  name: 'DescribeShareGroupOffsets',
  key: 90,
  min: 0,
  max: 1,
  flexible: true,
  encode: (w, { groups }) =>
    w
      .appendArray([...groups], (g, id) => g.appendString(id).appendArray(null, () => undefined))
      .appendTaggedFields(),
  decode(r, version) {
    r.readInt32()
    return r.readArray((g) => {
      const id = g.readString()
      const topics = g.readArray((t) => {
        const topic = t.readString()
        t.readUUID()
        const partitions = t.readArray((p) => {
          const [partition, start] = [p.readInt32(), p.readInt64()]
          p.readInt32()
          const lag = version >= 1 ? p.readInt64() : -1n
          return { partition, start, lag, error: p.readInt16(), message: p.readNullableString() }
        })
        return { topic, partitions }
      })
      return { id, topics, error: g.readInt16(), message: g.readNullableString() }
    })
  },
})
