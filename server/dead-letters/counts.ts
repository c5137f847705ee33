import type { DeadLetterQueue } from '../../lib/schemas/dead-letter.ts'
import type { OkReading, Reading } from '../../lib/schemas/reading.ts'
import { ok, unsupported } from '../brokers/contract/index.ts'

export type Counts = DeadLetterQueue['counts']

/** A queue gives away what was replayed: what lies there is open. */
export function countQueue(messages: Reading): Counts {
  return { messages, replayed: unsupported('A replayed message leaves this destination'), open: messages }
}

/**
 * A log keeps everything: open is what lies there and is not marked in the ledger. Retention may have taken
 * marked messages away since, so the difference is only a lower bound: approximate.
 */
export function countLog(messages: Reading, settled: number, nowMs: number): Counts {
  return { messages, replayed: ok(settled, 'messages', nowMs), open: subtract(messages, settled) }
}

function subtract(messages: Reading, settled: number): Reading {
  if (settled === 0 || messages.state === 'unsupported') return messages
  if (messages.state === 'ok') return lessen(messages, settled)
  return messages.last ? { ...messages, last: lessen(messages.last, settled) } : messages
}

function lessen(messages: OkReading, settled: number): OkReading {
  const value = Math.max(0, messages.value - settled)
  const quality = messages.quality === 'estimated' ? 'estimated' : 'approximate'
  return { ...messages, value, quality }
}
