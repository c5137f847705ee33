import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { Header } from '../../lib/schemas/header.ts'
import { textHeader, textOfHeader } from '../brokers/contract/index.ts'

export const replayIdHeader = 'signalbox-replay-id'
const replayedFromHeader = 'signalbox-replayed-from'
const replayCountHeader = 'signalbox-replay-count'
const replayedAtHeader = 'signalbox-replayed-at'
export const replayHeaders = [
  replayIdHeader,
  replayedFromHeader,
  replayCountHeader,
  replayedAtHeader,
] as const

/**
 * Headers a broker writes and acts upon itself. RabbitMQ (3.x and 4.x) would send a copy to every key in CC
 * and BCC, and counts deliveries anew; the deaths it wrote belong to the message that died.
 */
const ownedByBroker: Partial<Record<BrokerKind, RegExp>> = {
  rabbitmq: /^(x-death|x-(first|last)-death-.+|x-delivery-count|x-acquired-count|x-stream-offset|CC|BCC)$/,
}

/** Kinds whose entries are fields, not headers: between two of them nothing is taken away. */
const copiesFields: Partial<Record<BrokerKind, true>> = { redis: true }

export interface ReplayStamp {
  readonly run: string
  readonly row: number
  readonly from: string
  readonly atMs: number
}

/** The headers of the message as it is sent again: failure headers out, all others in their order, ours at the end. */
export function replayedHeaders(
  headers: readonly Header[],
  kinds: { readonly from: BrokerKind; readonly to: BrokerKind },
  failureHeaders: readonly string[],
  stamp: ReplayStamp,
): Header[] {
  const untouched = copiesFields[kinds.from] && copiesFields[kinds.to]
  const failure = new Set(untouched ? [] : failureHeaders)
  const owned = ownedByBroker[kinds.from]
  const ours: ReadonlySet<string> = new Set(replayHeaders)
  const before = headers.findLast((header) => header.name === replayCountHeader)
  const count = Number((before && textOfHeader(before)) || 0)
  const kept = headers.filter(({ name }) => !ours.has(name) && !failure.has(name) && !owned?.test(name))
  return [
    ...kept,
    textHeader(replayIdHeader, replayIdOf(stamp.run, stamp.row)),
    textHeader(replayedFromHeader, stamp.from),
    textHeader(replayCountHeader, String((Number.isSafeInteger(count) && count > 0 ? count : 0) + 1)),
    textHeader(replayedAtHeader, new Date(stamp.atMs).toISOString()),
  ]
}

export function replayIdOf(run: string, row: number): string {
  return `${run}/${row}`
}

/** What the plan says will be stripped; names known only from each message are described. */
export function describeStripped(kinds: { readonly from: BrokerKind; readonly to: BrokerKind }): string[] {
  if (copiesFields[kinds.from] && copiesFields[kinds.to]) return []
  const owned = ownedByBroker[kinds.from]
    ? ['x-death', 'x-first-death-*', 'x-last-death-*', 'x-delivery-count', 'CC', 'BCC']
    : []
  return ['the failure headers of the reader that matched', ...owned]
}
