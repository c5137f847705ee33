import { defineApi } from './api.ts'

/** Who leads the controllers (KRaft): in metadata any broker is named as the controller there. */
export const describeQuorumApi = defineApi<null, { error: number; leader: number }>({
  name: 'DescribeQuorum',
  key: 55,
  min: 0,
  max: 1,
  flexible: true,
  encode: (w) =>
    w
      .appendArray(['__cluster_metadata'], (t, topic) =>
        t.appendString(topic).appendArray([0], (p, partition) => p.appendInt32(partition)),
      )
      .appendTaggedFields(),
  decode(r, version) {
    const skipReplicas = () =>
      r.readArray((s) => {
        s.skip(version >= 1 ? 28 : 12)
      })
    const error = r.readInt16()
    const rows = r
      .readArray((t) => {
        t.readString()
        return t.readArray((p) => {
          p.readInt32()
          const row = { error: p.readInt16(), leader: p.readInt32() }
          p.skip(12)
          skipReplicas()
          skipReplicas()
          return row
        })
      })
      .flat()
    const [row] = rows
    return { error: error || (row?.error ?? -1), leader: row?.leader ?? -1 }
  },
})
