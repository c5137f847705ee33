import type { DeadLetterEdge, DeadLettersFacet, DestinationRef } from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import type { Gate } from './gate.ts'

export function deadLettersOf(gate: Gate): DeadLettersFacet {
  return { edges: (call) => gate.run(call, () => [...queueEdges(gate.broker), ...topicEdges(gate.broker)]) }
}

function queueEdges(broker: SandboxBroker): DeadLetterEdge[] {
  return [...broker.queues.values()].flatMap((queue) => {
    const { deadLetter, ttlMs } = queue.settings
    if (!deadLetter) return []
    const to: DestinationRef | null = deadLetter.to === null ? null : { type: 'queue', name: deadLetter.to }
    const via = `dead-letter-exchange ${deadLetter.exchange || '(default)'}, key ${deadLetter.key}`
    return {
      from: { type: 'queue', name: queue.name },
      to,
      role: ttlMs === undefined ? 'dead-letter' : 'retry',
      via,
      evidence: { rule: 'topology', detail: `${queue.name} has the argument ${via}` },
    }
  })
}

/** A topic beside its dead-letter topic: the consumer is configured to write there. */
function topicEdges(broker: SandboxBroker): DeadLetterEdge[] {
  return [...broker.logs.keys()].flatMap((name) => {
    const deadLetters = `${name}.DLT`
    if (!broker.logs.has(deadLetters)) return []
    const detail = `The consumer of ${name} publishes what it cannot process to ${deadLetters}`
    return {
      from: { type: 'topic', name },
      to: { type: 'topic', name: deadLetters },
      role: 'dead-letter',
      via: 'the consumer itself',
      evidence: { rule: 'configured', detail },
    }
  })
}
