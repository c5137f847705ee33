import { randomUUID } from 'node:crypto'
import { newCall } from '../../contract/index.ts'
import { eventually } from '../../testing/suite/support.ts'
import { Cluster } from '../cluster.ts'
import type { KafkaOptions } from '../options.ts'
import { defineApi, writeStrings } from '../protocol/api.ts'
import { findCoordinatorApi } from '../protocol/groups.ts'

interface Heartbeat {
  readonly group: string
  readonly member: string
  readonly epoch: number
  /** Source topic of the one subtopology; null repeats nothing. */
  readonly source: string | null
}

/** KIP-1071, as much as a member needs to be let in and to leave. */
const streamsGroupHeartbeatApi = defineApi<
  Heartbeat,
  { error: number; message: string | null; epoch: number }
>({
  name: 'StreamsGroupHeartbeat',
  key: 88,
  min: 0,
  max: 0,
  flexible: true,
  encode(w, { group, member, epoch, source }) {
    w.appendString(group).appendString(member).appendInt32(epoch).appendInt32(0)
    w.appendString(null)
      .appendString(null)
      .appendInt32(source === null ? -1 : 60_000)
    if (source === null) w.appendInt8(-1)
    else {
      w.appendInt8(1).appendInt32(0)
      w.appendArray(['0'], (s, id) => {
        writeStrings(s.appendString(id), [source])
        writeStrings(s, [])
        s.appendArray([], () => undefined)
        writeStrings(s, [])
        s.appendArray([], () => undefined).appendArray([], () => undefined)
      })
      w.appendTaggedFields()
    }
    // Active, standby and warmup tasks: none are held when a member joins.
    for (let kind = 0; kind < 3; kind++) w.appendArray(source === null ? null : [], () => undefined)
    w.appendString(source === null ? null : 'process-1').appendInt8(-1)
    w.appendArray(source === null ? null : [], () => undefined)
    w.appendArray(null, () => undefined).appendArray(null, () => undefined)
    w.appendBoolean(false).appendTaggedFields()
  },
  decode(r) {
    r.readInt32()
    const [error, message] = [r.readInt16(), r.readNullableString()]
    r.readString()
    return { error, message, epoch: r.readInt32() }
  },
})

/** A member of a streams group (there is no Node client for them); resolves once it is in. */
export async function joinStreamsGroup(options: KafkaOptions, group: string, source: string) {
  const cluster = new Cluster(options, 'raw-streams')
  const member = randomUUID()
  // A fresh broker makes its offsets topic when first asked for a coordinator, and then loads it.
  const beat = (epoch: number, topic: string | null) =>
    eventually(15_000, async () => {
      const [found] = await cluster.any(findCoordinatorApi, { groups: [group] }, newCall(10_000))
      if (found?.error !== 0) throw new Error(`no coordinator: ${found?.error}`)
      const request = { group, member, epoch, source: topic }
      const answer = await cluster.node(found.node, streamsGroupHeartbeatApi, request, newCall(10_000))
      if (answer.error !== 0) throw new Error(`streams heartbeat: ${answer.error} ${answer.message}`)
    })
  await beat(0, source)
  return {
    member,
    leave: async () => {
      await beat(-1, null)
      cluster.close()
    },
  }
}
