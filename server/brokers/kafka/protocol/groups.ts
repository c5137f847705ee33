import { defineApi, writeStrings } from './api.ts'

export interface ListedGroup {
  readonly id: string
  readonly protocolType: string
  readonly state: string
  /** classic, consumer, share, streams; empty before Kafka 3.8. */
  readonly type: string
}

export const listGroupsApi = defineApi<null, { error: number; groups: readonly ListedGroup[] }>({
  name: 'ListGroups',
  key: 16,
  min: 4,
  max: 5,
  flexible: true,
  encode(w, _, version) {
    writeStrings(w, [])
    if (version >= 5) writeStrings(w, [])
    w.appendTaggedFields()
  },
  decode(r, version) {
    r.readInt32()
    return {
      error: r.readInt16(),
      groups: r.readArray((g) => ({
        id: g.readString(),
        protocolType: g.readString(),
        state: g.readString(),
        type: version >= 5 ? g.readString().toLowerCase() : '',
      })),
    }
  },
})

export interface RawMember {
  readonly id: string
  readonly instance: string | null
  readonly client: string
  readonly host: string
  readonly assigned: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
  readonly subscribed: readonly string[]
}
export interface RawGroup {
  readonly id: string
  readonly error: number
  readonly message: string | null
  readonly state: string
  /** Grows with every change of members or subscriptions; null where the protocol tells none (classic groups). */
  readonly epoch: number | null
  readonly members: readonly RawMember[]
}

interface ClassicMember extends Omit<RawMember, 'assigned' | 'subscribed'> {
  readonly metadata: Buffer
  readonly assignment: Buffer
}
export interface ClassicGroup extends Omit<RawGroup, 'members' | 'epoch'> {
  readonly protocolType: string
  readonly members: readonly ClassicMember[]
}

export const describeGroupsApi = defineApi<{ groups: readonly string[] }, readonly ClassicGroup[]>({
  name: 'DescribeGroups',
  key: 15,
  min: 5,
  max: 6,
  flexible: true,
  encode: (w, { groups }) => writeStrings(w, groups).appendBoolean(false).appendTaggedFields(),
  decode(r, version) {
    r.readInt32()
    return r.readArray((g) => {
      const error = g.readInt16()
      const message = version >= 6 ? g.readNullableString() : null
      const [id, state, protocolType] = [g.readString(), g.readString(), g.readString()]
      g.readString()
      const members = g.readArray((m) => ({
        id: m.readString(),
        instance: m.readNullableString(),
        client: m.readString(),
        host: m.readString(),
        metadata: m.readBytes(),
        assignment: m.readBytes(),
      }))
      g.readInt32()
      return { error, message, id, state, protocolType, members }
    })
  },
})

export const offsetFetchApi = defineApi<
  { groups: readonly string[] },
  readonly {
    id: string
    error: number
    topics: readonly {
      topic: string
      partitions: readonly { partition: number; offset: bigint; error: number }[]
    }[]
  }[]
>({
  name: 'OffsetFetch',
  key: 9,
  min: 8,
  max: 8,
  flexible: true,
  encode: (w, { groups }) =>
    w
      .appendArray([...groups], (g, id) => g.appendString(id).appendArray(null, () => undefined))
      .appendBoolean(false)
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r.readArray((g) => {
      const id = g.readString()
      const topics = g.readArray((t) => ({
        topic: t.readString(),
        partitions: t.readArray((p) => {
          const row = { partition: p.readInt32(), offset: p.readInt64() }
          p.readInt32()
          p.readNullableString()
          return { ...row, error: p.readInt16() }
        }),
      }))
      return { id, topics, error: g.readInt16() }
    })
  },
})

export const findCoordinatorApi = defineApi<
  { groups: readonly string[] },
  readonly { key: string; node: number; error: number; message: string | null }[]
>({
  name: 'FindCoordinator',
  key: 10,
  min: 4,
  max: 6,
  flexible: true,
  encode: (w, { groups }) => writeStrings(w.appendInt8(0), groups).appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r.readArray((c) => {
      const [key, node] = [c.readString(), c.readInt32()]
      c.readString()
      c.readInt32()
      return { key, node, error: c.readInt16(), message: c.readNullableString() }
    })
  },
})
