import type { Call, ClaimFacet, ClaimRequest, DestinationRef } from '../../contract/index.ts'
import { BrokerError } from '../../contract/index.ts'
import { type Gate, sourceOf } from './gate.ts'
import { openLogSession } from './log-session.ts'
import { openQueueSession, type QueueSession } from './queue-session.ts'
import { claimEffects, logId, noEffect } from './views.ts'

const pageSize = 500

/** `sessions` are what the connection closes with itself. */
export function claimOf(gate: Gate, sessions: Set<QueueSession>): ClaimFacet {
  return {
    shapeOf: (ref) => (ref.type === 'queue' ? 'queue' : 'log'),
    settlesOf: (ref) => (ref.type === 'queue' ? 'removes' : 'marks'),
    count: (ref, call) =>
      gate.run(call, () => {
        const { queue, log } = sourceOf(gate.broker, ref)
        return queue ? queue.ready.length : log.depth
      }),
    freeze: (ref, call) => freeze(gate, ref, call),
    effects: (ref, _request, call) =>
      gate.run(call, () => (sourceOf(gate.broker, ref).queue ? claimEffects : [noEffect])),
    open: (ref, request, call) => gate.touch(call, () => open(gate, sessions, ref, request)),
    transaction: () => null,
  }
}

function open(gate: Gate, sessions: Set<QueueSession>, ref: DestinationRef, request: ClaimRequest) {
  const { queue, log } = sourceOf(gate.broker, ref)
  if (queue) return openQueueSession(gate, sessions, queue, request)
  if (request.select.kind === 'head')
    throw new BrokerError('unsupported', 'A log is claimed by ids, not from its head')
  return openLogSession(gate, log, request.select.ids)
}

async function* freeze(gate: Gate, ref: DestinationRef, call: Call): AsyncGenerator<readonly string[]> {
  const { log } = await gate.touch(call, () => sourceOf(gate.broker, ref))
  if (!log) throw new BrokerError('unsupported', 'A queue is frozen by its count, not by ids')
  const ends = log.partitions.map(({ end }) => end)
  for (const [index, partition] of log.partitions.entries()) {
    const end = ends[index] ?? 0
    for (let from = partition.start; from < end; from += pageSize) {
      await gate.touch(call, () => undefined)
      const length = Math.min(pageSize, end - from)
      yield Array.from({ length }, (_, step) => logId(index, from + step))
    }
  }
}
