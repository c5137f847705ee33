import { defineApi, readInt32s } from './api.ts'

export interface PartitionMeta {
  readonly error: number
  readonly partition: number
  /** -1 without a leader. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}
export interface TopicMeta {
  readonly error: number
  readonly name: string
  readonly id: string
  readonly internal: boolean
  readonly partitions: readonly PartitionMeta[]
  /** Bit n set: operation n allowed; absent when not asked. */
  readonly operations: number | null
}
export interface Metadata {
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[]
  readonly clusterId: string | null
  readonly controller: number
  readonly topics: readonly TopicMeta[]
}

const notAsked = -2_147_483_648

/** `topics` null asks for all. Never creates a topic. A bad topic or partition is an error code on its row. */
export const metadataApi = defineApi<
  { topics: readonly string[] | null; withOperations?: boolean },
  Metadata
>({
  name: 'Metadata',
  key: 3,
  min: 12,
  max: 12,
  flexible: true,
  encode: (w, { topics, withOperations }) =>
    w
      .appendArray(topics && [...topics], (t, topic) => t.appendUUID(null).appendString(topic))
      .appendBoolean(false)
      .appendBoolean(withOperations === true)
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    const brokers = r.readArray((b) => {
      const broker = { id: b.readInt32(), host: b.readString(), port: b.readInt32() }
      b.readNullableString()
      return broker
    })
    const clusterId = r.readNullableString()
    const controller = r.readInt32()
    const topics = r.readArray((t) => {
      const error = t.readInt16()
      const name = t.readString()
      const id = t.readUUID()
      const internal = t.readBoolean()
      const partitions = t.readArray((p) => {
        const row = { error: p.readInt16(), partition: p.readInt32(), leader: p.readInt32() }
        p.readInt32()
        const [replicas, inSync] = [readInt32s(p), readInt32s(p)]
        readInt32s(p)
        return { ...row, replicas, inSync }
      })
      const operations = t.readInt32()
      partitions.sort((a, b) => a.partition - b.partition)
      return {
        error,
        name,
        id,
        internal,
        partitions,
        operations: operations === notAsked ? null : operations,
      }
    })
    return { brokers, clusterId, controller, topics }
  },
})
