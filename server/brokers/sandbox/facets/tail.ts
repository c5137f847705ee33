import {
  type BrokerMessage,
  type Call,
  type DestinationRef,
  pause,
  type TailFacet,
} from '../../contract/index.ts'
import type { Arrival } from '../engine/broker.ts'
import { type Gate, sourceOf } from './gate.ts'
import { showQueued, showRecord } from './views.ts'

const lookMs = 100
/** A reader slower than the traffic loses the oldest, never the console's memory. */
const maxWaiting = 5_000

export function tailOf(gate: Gate): TailFacet {
  return { follow: (ref, call) => follow(gate, ref, call) }
}

async function* follow(gate: Gate, ref: DestinationRef, call: Call): AsyncGenerator<BrokerMessage> {
  const { log } = await gate.touch(call, () => sourceOf(gate.broker, ref))
  const waiting: BrokerMessage[] = []
  const hear = ({ queue, partition, offset }: Arrival) => {
    if (queue) waiting.push(showQueued(queue, 0))
    const record =
      log && partition !== undefined && offset !== undefined ? log.partition(partition)?.at(offset) : null
    if (record && partition !== undefined) waiting.push(showRecord(partition, record))
    if (waiting.length > maxWaiting) waiting.shift()
  }
  const stop = gate.broker.listen(ref, hear)
  try {
    for (;;) {
      await gate.touch(call, () => undefined)
      yield* waiting.splice(0)
      await pause(call, lookMs)
    }
  } finally {
    stop()
  }
}
