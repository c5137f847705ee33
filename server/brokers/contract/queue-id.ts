import { decodeParts, encodeParts } from './ref.ts'

/**
 * The id of a message on a queue without ids: what makes it equal to others, and its ordinal among its equals
 * from the head. Drivers of such queues build ids only here, so that the replay engine can tell equals apart
 * from the rest and count ordinals anew when some of the equals have left.
 */
export function queueMessageId(equals: string, ordinal: number): string {
  return encodeParts([equals, String(ordinal)])
}

interface QueueId {
  readonly equals: string
  readonly ordinal: number
}

/** A replay asks for the parts of one id several times, and reading it costs 4 µs each. */
const recent = new Map<string, QueueId | null>()
const remembered = 4096

/** Null for an id that `queueMessageId` did not write: such an id names one message for ever (`equals` is a hash, 20 characters or more). */
export function readQueueId(id: string): QueueId | null {
  const known = recent.get(id)
  if (known !== undefined) return known
  if (recent.size >= remembered) recent.clear()
  const read = parse(id)
  recent.set(id, read)
  return read
}

function parse(id: string): QueueId | null {
  const parts = decodeParts(id)
  const [equals, ordinal] = parts ?? []
  if (parts?.length !== 2 || equals === undefined || equals.length < 20 || !/^\d{1,10}$/.test(ordinal ?? ''))
    return null
  return { equals, ordinal: Number(ordinal) }
}
