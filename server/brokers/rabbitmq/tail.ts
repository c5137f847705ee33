import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type DestinationRef,
  pause,
  type TailFacet,
} from '../contract/index.ts'
import { tailsStreamsOnly } from './abilities.ts'
import { streamMessage } from './browse-stream.ts'
import { type Client, readQueue, vhostOfRef } from './client.ts'
import { offsetOf } from './map.ts'
import { StreamReader, type StreamStart } from './stream-reader.ts'

const ahead = 500
const retryMs = 500

/** Streams are followed by offset, with no effect on anybody. A queue gives every message to one reader only. */
export function newTailFacet(client: Client): TailFacet {
  return {
    follow(ref, call) {
      if (ref.type !== 'stream') throw new BrokerError('unsupported', tailsStreamsOnly)
      // "From now on" is when follow was called, not when the first message is awaited.
      const opening = open(client, ref, 'next', call)
      opening.catch(() => undefined)
      return follow(client, ref, opening, call)
    },
  }
}

const isOver = (call: Call) => call.signal.aborted || Date.now() >= call.deadlineAt

async function open(
  client: Client,
  ref: DestinationRef,
  start: StreamStart,
  call: Call,
): Promise<StreamReader> {
  if (start === 'next') await readQueue(client, ref, call)
  return StreamReader.open(client.links, vhostOfRef(client, ref), ref.name, start, ahead, call)
}

/** A lost connection costs nothing once an offset is known: reading goes on behind it. */
async function* follow(
  client: Client,
  ref: DestinationRef,
  opening: Promise<StreamReader>,
  call: Call,
): AsyncGenerator<BrokerMessage> {
  let reader: StreamReader | null = await opening
  let next: bigint | null = null
  try {
    while (!isOver(call)) {
      try {
        reader ??= await open(client, ref, next === null ? 'next' : { offset: next }, call)
        for (const delivery of await reader.next(ahead, call)) {
          const offset = offsetOf(delivery)
          if (next !== null && offset < next) continue
          next = offset + 1n
          yield streamMessage(delivery)
        }
      } catch (error) {
        if (isOver(call)) return
        if (!(error instanceof BrokerError) || error.code !== 'unreachable') throw error
        reader?.close()
        reader = null
        await pause(call, retryMs).catch(() => undefined)
      }
    }
  } finally {
    reader?.close()
  }
}
