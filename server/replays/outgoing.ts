import type { BrokerMessage, Outgoing, PublishTarget } from '../brokers/contract/index.ts'
import type { FailureReading } from '../dead-letters/contract.ts'
import { type Ends, type ReplayStamp, replayedHeaders } from './headers.ts'
import type { StoredPlan } from './stored-plan.ts'

/** The message as it is sent: key, body and properties as they lie in the source; of the headers only what is documented changes. */
export function buildOutgoing(
  message: BrokerMessage,
  reading: FailureReading | null,
  plan: Pick<StoredPlan, 'kind' | 'ends'>,
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
      headers: replayedHeaders(content.headers, plan.ends, reading?.failureHeaders ?? [], stamp),
      properties: content.properties,
      timestampMs: message.timestampMs,
      from: plan.kind,
    },
  }
}

/** What the target's kind cannot carry over, each as a sentence for the plan. */
export function describeLosses({ from, to }: Ends): string[] {
  if (from.product === to.product) return []
  const notes = [
    'Between different kinds of broker key, headers and body are carried; properties that only the source knows are not.',
  ]
  if (from.carriesKey && !to.carriesKey) notes.push('The target knows no message keys: keys are left out.')
  if (from.carriesKey) {
    notes.push('A message without a body (a tombstone) fails where the target has none.')
  }
  return notes
}
