import { BrokerError, type Call, type DestinationRef } from '../contract/index.ts'
import type { Delivery } from './amqplib.ts'
import { type Client, readQueue, vhostOfRef } from './client.ts'
import { offsetOf } from './map.ts'
import { readStreamEnds, type StreamEnds, StreamReader } from './stream-reader.ts'

const pageSize = 1_000
const ahead = 1_000
/** The end is known, so silence before it is a slow broker; longer than this, a dead one. */
const silenceMs = 5_000
/** Up to here the messages are counted one by one; beyond, by their offsets. */
const countByReading = 20_000n

/** Everything from `from` to the end as given, in batches; ends only there. */
export async function* readUpTo(
  client: Client,
  ref: DestinationRef,
  from: bigint,
  end: bigint,
  call: Call,
): AsyncGenerator<Delivery[]> {
  const start = { offset: from }
  const reader = await StreamReader.open(client.links, vhostOfRef(client, ref), ref.name, start, ahead, call)
  try {
    let heardAt = Date.now()
    for (;;) {
      const batch = await reader.next(pageSize, call)
      const last = batch.at(-1)
      if (!last) {
        if (Date.now() - heardAt > silenceMs)
          throw new BrokerError('timeout', `The stream ${ref.name} went silent before its end`)
        continue
      }
      heardAt = Date.now()
      reader.askOn(last)
      const wanted = batch.filter((delivery) => offsetOf(delivery) >= from && offsetOf(delivery) <= end)
      if (wanted.length > 0) yield wanted
      if (offsetOf(last) >= end) return
    }
  } finally {
    reader.close()
  }
}

export async function readEnds(client: Client, ref: DestinationRef, call: Call): Promise<StreamEnds | null> {
  await readQueue(client, ref, call)
  return readStreamEnds(client.links, vhostOfRef(client, ref), ref.name, call)
}

/**
 * Messages there now. Offsets are only consecutive while no consumer stores its place in the stream itself, so
 * short streams are counted by reading; of long ones the offsets answer.
 */
export async function countStream(client: Client, ref: DestinationRef, call: Call): Promise<number> {
  const ends = await readEnds(client, ref, call)
  if (ends === null) return 0
  const span = ends.last - ends.first + 1n
  if (span > countByReading) return Number(span)
  let count = 0
  for await (const batch of readUpTo(client, ref, ends.first, ends.last, call)) count += batch.length
  return count
}

/** Every offset that holds a message, up to the end as it is at the start. */
export async function* freezeStream(
  client: Client,
  ref: DestinationRef,
  call: Call,
): AsyncGenerator<readonly string[]> {
  const ends = await readEnds(client, ref, call)
  if (ends === null) return
  for await (const batch of readUpTo(client, ref, ends.first, ends.last, call))
    yield batch.map((delivery) => String(offsetOf(delivery)))
}
