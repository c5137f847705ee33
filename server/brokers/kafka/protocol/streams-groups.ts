import type { Reader } from '@platformatic/kafka'
import { defineApi, readInt32s, readStrings, writeStrings } from './api.ts'
import type { RawGroup, RawMember } from './groups.ts'

interface Task {
  readonly subtopology: string
  readonly partitions: readonly number[]
}

function readTopics(r: Reader): string[] {
  return r.readArray((t) => {
    const name = t.readString()
    t.readInt32()
    t.readInt16()
    t.readArray((c) => [c.readString(), c.readString()])
    return name
  })
}

/** Source topics of each subtopology; repartition sources are read by the group too. */
function readTopology(r: Reader): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, readonly string[]>()
  // A nullable struct is led by one byte: -1 for null, 1 for a value.
  if (r.readInt8() < 0) return sources
  r.readInt32()
  r.readArray((s) => {
    const [id, inputs] = [s.readString(), readStrings(s)]
    readStrings(s)
    readTopics(s)
    sources.set(id, [...inputs, ...readTopics(s)])
  })
  r.readTaggedFields()
  return sources
}

function readTasks(r: Reader): readonly Task[] {
  return r.readArray((t) => ({ subtopology: t.readString(), partitions: readInt32s(t) }))
}

function readAssignment(r: Reader): readonly Task[] {
  const active = readTasks(r)
  readTasks(r)
  readTasks(r)
  r.readTaggedFields()
  return active
}

const skipOffsets = (r: Reader) => r.readArray((o) => [o.readString(), o.readInt32(), o.readInt64()])

function readMember(r: Reader, sources: ReadonlyMap<string, readonly string[]>): RawMember {
  const id = r.readString()
  r.readInt32()
  const instance = r.readNullableString()
  r.readNullableString()
  const [client, host] = [r.readString(), r.readString()]
  r.readInt32()
  r.readString()
  if (r.readInt8() >= 0) {
    r.readString()
    r.readUnsignedInt16()
    r.readTaggedFields()
  }
  r.readArray((t) => [t.readString(), t.readString()])
  skipOffsets(r)
  skipOffsets(r)
  const active = readAssignment(r)
  readAssignment(r)
  r.readBoolean()
  // A task is one partition number of every source topic of its subtopology.
  const assigned = active.flatMap((task) =>
    (sources.get(task.subtopology) ?? []).map((topic) => ({ topic, partitions: task.partitions })),
  )
  return { id, instance, client, host, assigned, subscribed: [...new Set([...sources.values()].flat())] }
}

/** KIP-1071 streams groups (Kafka 4.1 early access, 4.2 general). */
export const streamsGroupDescribeApi = defineApi<{ groups: readonly string[] }, readonly RawGroup[]>({
  name: 'StreamsGroupDescribe',
  key: 89,
  min: 0,
  max: 0,
  flexible: true,
  encode: (w, { groups }) => writeStrings(w, groups).appendBoolean(false).appendTaggedFields(),
  decode(r) {
    r.readInt32()
    return r.readArray((g) => {
      const error = g.readInt16()
      const message = g.readNullableString()
      const [id, state] = [g.readString(), g.readString()]
      const epoch = g.readInt32()
      g.readInt32()
      const sources = readTopology(g)
      const members = g.readArray((m) => readMember(m, sources))
      g.readInt32()
      return { error, message, id, state, epoch, members }
    })
  },
})
