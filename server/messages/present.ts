import type { Message, Payload } from '../../lib/schemas/message.ts'
import type { BrokerMessage } from '../brokers/contract/index.ts'
import type { LedgerState, ReplayRepository } from '../storage/contract/index.ts'
import { decodePayload } from './codecs/decode.ts'
import { type DecodeLimits, ViewBudget } from './codecs/limits.ts'
import { encodingsOf } from './encodings.ts'
import type { FailureReader, ShownFailure } from './ports.ts'
import { Turns } from './turns.ts'

type Replayed = Awaited<ReturnType<ReplayRepository['findByMessages']>>

export interface PresentContext {
  readonly broker: string
  readonly destination: string
  readonly readFailure: FailureReader
  readonly replayed: Replayed
  readonly limits: DecodeLimits
}

/** What the views of one page may cost; one message fits, be it wrapped in all its layers. */
const viewBytesPerPage = 40 * 1024 * 1024

/** Messages as the API shows them. Bytes stay as they lie on the broker; everything else is a view. */
export async function presentMessages(
  messages: readonly BrokerMessage[],
  context: PresentContext,
): Promise<Message[]> {
  const budget = new ViewBudget(viewBytesPerPage)
  const turns = new Turns()
  const shown: Message[] = []
  for (const message of messages) {
    await turns.giveWay()
    shown.push(presentMessage(message, context, budget))
  }
  return shown
}

/** One message, with a page's room to itself. */
export function presentOne(message: BrokerMessage, context: PresentContext): Message {
  return presentMessage(message, context, new ViewBudget(viewBytesPerPage))
}

function presentMessage(message: BrokerMessage, context: PresentContext, budget: ViewBudget): Message {
  const { limits, replayed } = context
  const self = `/api/v1/brokers/${encodeURIComponent(context.broker)}/destinations/${encodeURIComponent(context.destination)}/messages/${encodeURIComponent(message.id)}`
  const reading = context.readFailure(message)
  const view = (bytes: Uint8Array, encodings: readonly string[]) =>
    decodePayload(bytes, { limits, budget, encodings })
  const mark = replayed.get(message.id)
  return {
    id: message.id,
    position: message.position,
    key: message.key && view(message.key, []),
    headers: [...message.headers],
    properties: { ...message.properties },
    timestamp: toIso(message.timestampMs),
    size: message.sizeBytes,
    body: message.body && openEnvelope(view(message.body, encodingsOf(message)), reading, view),
    ...(reading ? { deadLetter: reading.failure } : {}),
    ...(mark
      ? {
          replayed: {
            run: mark.run,
            row: mark.row,
            state: foldState(mark.state),
            at: new Date(mark.atMs).toISOString(),
          },
        }
      : {}),
    links: message.body === null ? { self } : { self, body: `${self}/body` },
  }
}

/** An envelope is shown by what is in it; its own bytes stand beside that. */
function openEnvelope(
  outer: Payload,
  reading: ShownFailure | null,
  view: (bytes: Uint8Array, encodings: readonly string[]) => Payload,
): Payload {
  const body = reading?.unwrapped?.body
  if (!body || !reading?.unwrapped) return outer
  const inner = view(body, encodingsOf(reading.unwrapped))
  const { bytes, base64, truncated } = outer
  const { base64: _inner, ...views } = inner
  return {
    ...views,
    bytes,
    truncated,
    ...(base64 === undefined ? {} : { base64 }),
    decoded: ['envelope', ...inner.decoded],
  }
}

/** The words of the API for the ledger's states. */
function foldState(state: LedgerState): string {
  const words: Partial<Record<LedgerState, string>> = {
    frozen: 'pending',
    intent: 'sent',
    confirmed: 'sent',
    settled: 'done',
  }
  return words[state] ?? state
}

/** Producers may write any number as a time; what is no date within four-digit years is not shown as one. */
function toIso(timestampMs: number | null): string | null {
  const isDate = timestampMs !== null && timestampMs >= 0 && timestampMs < 253_402_300_800_000
  return isDate ? new Date(timestampMs).toISOString() : null
}
