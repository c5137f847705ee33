import type { Abilities, Effect } from '../../../../lib/schemas/ability.ts'
import { type BrokerMessage, type DestinationRef, decodeParts, encodeParts } from '../../contract/index.ts'
import { contentOf, sizeOf } from '../engine/content.ts'
import type { LogRecord } from '../engine/log.ts'
import type { QueueMessage } from '../engine/queue.ts'

export const noEffect: Effect = {
  code: 'none',
  detail: 'Looking takes nothing, moves nothing and counts as no delivery',
}
export const claimEffects: readonly Effect[] = [
  { code: 'hides', detail: 'What is held is invisible to workers, for at most 60 s' },
  {
    code: 'sets-redelivered',
    detail: 'What is put back carries the redelivered flag for its next consumer',
  },
]

const noRequeue = {
  level: 'none',
  reason: 'The sandbox has no verb of its own for this; replay moves messages.',
} as const

const noGroups = { level: 'none', reason: 'A queue has consumers, not groups with a position.' } as const

export const groupAbilities = {
  offsets: { level: 'full' },
  members: { level: 'full' },
  pending: { level: 'full' },
} as const satisfies Abilities

const queueAbilities: Abilities = {
  browse: { level: 'full', effects: [noEffect] },
  tail: { level: 'full' },
  publish: { level: 'full' },
  claim: { level: 'full', effects: [...claimEffects] },
  requeue: noRequeue,
  purge: { level: 'full' },
  manage: { level: 'full' },
  groups: noGroups,
  offsets: noGroups,
  connections: { level: 'full' },
  members: noGroups,
  pending: noGroups,
  deadLetters: { level: 'full' },
}
const topicAbilities: Abilities = {
  browse: { level: 'full', effects: [noEffect] },
  tail: { level: 'full' },
  publish: { level: 'full' },
  claim: {
    level: 'full',
    effects: [noEffect],
    limits: { settles: 'marks: the log keeps every message, the ledger marks what was replayed' },
  },
  requeue: noRequeue,
  purge: { level: 'full' },
  manage: { level: 'full' },
  groups: { level: 'full' },
  ...groupAbilities,
  connections: { level: 'full' },
  deadLetters: { level: 'full' },
}
const exchangeAbilities: Abilities = Object.fromEntries(
  Object.keys(queueAbilities).map((facet) => [
    facet,
    facet === 'publish'
      ? { level: 'full' as const }
      : { level: 'none' as const, reason: 'An exchange routes messages and keeps none.' },
  ]),
)

export function abilitiesOf(ref: DestinationRef): Abilities {
  if (ref.type === 'queue') return queueAbilities
  return ref.type === 'topic' ? topicAbilities : exchangeAbilities
}

export const brokerAbilities: Abilities = {
  ...topicAbilities,
  claim: { level: 'full', effects: [...claimEffects] },
  nodes: { level: 'full' },
  topology: { level: 'none', reason: 'The map of exchanges and queues is not built yet.' },
  doctor: { level: 'none', reason: 'The checks are not built yet.' },
  sandbox: { level: 'full' },
}
export const noWorker = { level: 'none', reason: 'Nobody works in this sandbox.' } as const

export const queueId = (seq: number) => `q-${seq}`
export const logId = (partition: number, offset: number) => `${partition}-${offset}`

/** The sequence an id of a queue's message names, or null. */
export function parseQueueId(id: string): number | null {
  const match = /^q-(\d{1,15})$/.exec(id)
  return match ? Number(match[1]) : null
}

export function parseLogId(id: string): { partition: number; offset: number } | null {
  const match = /^(\d{1,6})-(\d{1,15})$/.exec(id)
  return match ? { partition: Number(match[1]), offset: Number(match[2]) } : null
}

export function showQueued(message: QueueMessage, fromHead: number): BrokerMessage {
  const content = contentOf(message)
  return {
    id: queueId(message.seq),
    position: String(fromHead),
    key: content.key,
    body: content.body,
    headers: content.headers,
    properties: {
      ...content.properties,
      exchange: message.exchange,
      routingKey: message.routingKey,
      redelivered: message.redelivered,
    },
    timestampMs: message.timestampMs,
    sizeBytes: sizeOf(content),
  }
}

export function showRecord(partition: number, record: LogRecord): BrokerMessage {
  const content = contentOf(record)
  return {
    id: logId(partition, record.offset),
    position: logId(partition, record.offset),
    key: content.key,
    body: content.body,
    headers: content.headers,
    properties: { ...content.properties, partition, offset: String(record.offset) },
    timestampMs: record.timestampMs,
    sizeBytes: sizeOf(content),
  }
}

/** Whole numbers in a cursor of ours after its first word; null when it is not one. */
export function readCursor(cursor: string): { word: string; numbers: number[] } | null {
  const [word, ...rest] = decodeParts(cursor) ?? []
  if (word === undefined || rest.length > 1_000 || !rest.every((part) => /^-?\d{1,15}$/.test(part)))
    return null
  return { word, numbers: rest.map(Number) }
}

export function writeCursor(word: string, numbers: readonly number[]): string {
  return encodeParts([word, ...numbers.map(String)])
}
