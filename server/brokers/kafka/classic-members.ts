import { Reader } from '@platformatic/kafka'
import type { ClassicGroup, RawGroup, RawMember } from './protocol/groups.ts'

/** Members of a classic group; what they read is only legible when they speak the consumer protocol. */
export function readClassic(group: ClassicGroup): RawGroup {
  const isConsumer = group.protocolType === 'consumer'
  const members = group.members.map(
    ({ metadata, assignment, ...member }): RawMember => ({
      ...member,
      assigned: isConsumer ? readAssigned(assignment) : [],
      subscribed: isConsumer ? readSubscribed(metadata) : [],
    }),
  )
  return {
    id: group.id,
    error: group.error,
    message: group.message,
    state: group.state,
    epoch: null,
    members,
  }
}

/** Written by clients, not by the broker: anything may be in there, and an illegible one is no error. */
function readAssigned(bytes: Buffer): RawMember['assigned'] {
  return readOrNothing(bytes, (r) =>
    r.readArray(
      (t) => ({
        topic: t.readString(false),
        partitions: t.readArray((p) => p.readInt32(), false, false),
      }),
      false,
      false,
    ),
  )
}

function readSubscribed(bytes: Buffer): readonly string[] {
  return readOrNothing(bytes, (r) => r.readArray((t) => t.readString(false), false, false))
}

function readOrNothing<T>(bytes: Buffer, read: (reader: Reader) => readonly T[]): readonly T[] {
  if (bytes.length < 6) return []
  try {
    const reader = Reader.from(bytes)
    reader.readInt16()
    return read(reader)
  } catch {
    return []
  }
}
