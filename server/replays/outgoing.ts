import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerMessage, Outgoing, PublishTarget } from '../brokers/contract/index.ts'
import type { FailureReading } from '../dead-letters/contract.ts'
import { type ReplayStamp, replayedHeaders } from './headers.ts'

/** The message as it is sent: key, body and properties as they lie in the source; of the headers only what is documented changes. */
export function buildOutgoing(
  message: BrokerMessage,
  reading: FailureReading | null,
  kinds: { readonly from: BrokerKind; readonly to: BrokerKind },
  target: PublishTarget,
  stamp: ReplayStamp,
  key: string | undefined,
): Outgoing {
  const content = reading?.unwrapped ?? message
  return {
    target,
    message: {
      key: key === undefined ? message.key : Buffer.from(key, 'utf8'),
      body: content.body,
      headers: replayedHeaders(content.headers, kinds, reading?.failureHeaders ?? [], stamp),
      properties: content.properties,
      timestampMs: message.timestampMs,
      from: kinds.from,
    },
  }
}

/** Kinds whose messages have keys. */
export const carriesKey: Partial<Record<BrokerKind, true>> = { kafka: true, sandbox: true }

/** What the target's kind cannot carry over, each as a sentence for the plan. */
export function describeLosses(kinds: { readonly from: BrokerKind; readonly to: BrokerKind }): string[] {
  if (kinds.from === kinds.to) return []
  const notes = [
    'Between different kinds of broker key, headers and body are carried; properties that only the source knows are not.',
  ]
  if (carriesKey[kinds.from] && !carriesKey[kinds.to])
    notes.push('The target knows no message keys: keys are left out.')
  if (carriesKey[kinds.from]) {
    notes.push('A message without a body (a tombstone) fails where the target has none.')
  }
  return notes
}
