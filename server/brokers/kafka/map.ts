import {
  BrokerError,
  type BrokerMessage,
  bytesOfHeader,
  type DestinationRef,
  headerFromBytes,
  type OutgoingMessage,
} from '../contract/index.ts'
import type { KafkaRecord } from './records/decode.ts'
import type { RecordToWrite } from './records/encode.ts'

export interface Place {
  readonly partition: number
  readonly offset: bigint
}

export const idOf = ({ partition, offset }: Place): string => `${partition}-${offset}`
export const positionOf = ({ partition, offset }: Place): string => `${partition}:${offset}`

/** The place an id of ours names, or null. */
export const placeOfId = (id: string): Place | null => parsePlace(id, '-')
/** The place a position names, or null when it is not one of ours. */
export const placeOfPosition = (position: string): Place | null => parsePlace(position, ':')

function parsePlace(text: string, separator: string): Place | null {
  const [partition, offset, ...rest] = text.split(separator)
  if (rest.length > 0 || !/^\d{1,9}$/.test(partition ?? '') || !/^\d{1,19}$/.test(offset ?? '')) return null
  const place = { partition: Number(partition), offset: BigInt(offset ?? '') }
  return place.offset < 2n ** 63n ? place : null
}

/** Names of record headers are text by the protocol's rules; bytes that are not stay readable. */
export function messageOf(partition: number, record: KafkaRecord): BrokerMessage {
  let sizeBytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  const headers = record.headers.map(([name, value]) => {
    sizeBytes += name.length + (value?.length ?? 0)
    return headerFromBytes(name.toString('utf8'), value)
  })
  const place = { partition, offset: record.offset }
  return {
    id: idOf(place),
    position: positionOf(place),
    key: record.key,
    body: record.value,
    headers,
    properties: { partition, offset: record.offset.toString() },
    timestampMs: record.timestampMs >= 0 ? record.timestampMs : null,
    sizeBytes,
  }
}

/**
 * Tables and lists (from other brokers) become JSON text; everything else keeps its bytes. The message's own
 * time stays when it lies within `times`.
 */
export function recordOf(
  message: OutgoingMessage,
  nowMs: number,
  times: { readonly fromMs: number; readonly toMs: number },
): RecordToWrite {
  const { timestampMs: own, from } = message
  const isKept = own !== null && own >= times.fromMs && own <= times.toMs
  // A replayed message that is too old to stay gets the time of its replay; a time somebody chose is kept or refused.
  if (own !== null && !isKept && from === null) {
    throw new BrokerError(
      'bad_request',
      `The topic takes no messages of ${new Date(own).toISOString()}: they would be deleted soon, or lie too far ahead`,
    )
  }
  return {
    key: message.key,
    value: message.body,
    headers: message.headers.map((header) => {
      const name = Buffer.from(header.name, 'utf8')
      if (header.value === null) return [name, null] as const
      return [name, bytesOfHeader(header) ?? Buffer.from(JSON.stringify(header.value), 'utf8')] as const
    }),
    timestampMs: isKept ? own : nowMs,
  }
}

/** The topic's name; Kafka has no other destinations and no namespaces. */
export function topicOf(ref: DestinationRef): string {
  if (ref.type !== 'topic' || ref.namespace !== undefined)
    throw new BrokerError('not_found', `Kafka has no ${ref.type} "${ref.name}"`)
  return ref.name
}

export const refOf = (topic: string): DestinationRef => ({ type: 'topic', name: topic })
