import type { Header } from '../../lib/schemas/header.ts'
import { type KindTraits, textHeader, textOfHeader } from '../brokers/contract/index.ts'

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

/** What holds for the kinds of broker a run reads from and sends to. */
export interface Ends {
  readonly from: KindTraits
  readonly to: KindTraits
}

/** Between two brokers whose messages are bare fields nothing is taken away. */
const copiesFields = (ends: Ends): boolean => ends.from.isFields && ends.to.isFields

export interface ReplayStamp {
  readonly run: string
  readonly row: number
  readonly from: string
  readonly atMs: number
}

/** The headers of the message as it is sent again: failure headers out, all others in their order, ours at the end. */
export function replayedHeaders(
  headers: readonly Header[],
  ends: Ends,
  failureHeaders: readonly string[],
  stamp: ReplayStamp,
): Header[] {
  const failure = copiesFields(ends) ? [] : failureHeaders
  const isOwned = matcherFor(ends.from.ownHeaders)
  const before = headers.findLast((header) => header.name === replayCountHeader)
  const count = Number((before && textOfHeader(before)) || 0)
  const kept = headers.filter(({ name }) => !ours.has(name) && !failure.includes(name) && !isOwned(name))
  return [
    ...kept,
    textHeader(replayIdHeader, replayIdOf(stamp.run, stamp.row)),
    textHeader(replayedFromHeader, stamp.from),
    textHeader(replayCountHeader, String((Number.isSafeInteger(count) && count > 0 ? count : 0) + 1)),
    textHeader(replayedAtHeader, isoOf(stamp.atMs)),
  ]
}

let lastTime = { atMs: Number.NaN, text: '' }

/** Messages of one page carry one time, so that it is written once. */
function isoOf(atMs: number): string {
  if (atMs !== lastTime.atMs) lastTime = { atMs, text: new Date(atMs).toISOString() }
  return lastTime.text
}

export function replayIdOf(run: string, row: number): string {
  return `${run}/${row}`
}

/** What the plan says will be stripped; names known only from each message are described. */
export function describeStripped(ends: Ends): string[] {
  if (copiesFields(ends)) return []
  return ['the failure headers of the reader that matched', ...ends.from.ownHeaders]
}

const ours: ReadonlySet<string> = new Set(replayHeaders)
const matchers = new WeakMap<readonly string[], (name: string) => boolean>()

/** The patterns of a kind are one list for all its messages. */
function matcherFor(patterns: readonly string[]): (name: string) => boolean {
  const known = matchers.get(patterns)
  if (known) return known
  const matcher = matcherOf(patterns)
  matchers.set(patterns, matcher)
  return matcher
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const whole = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const starts = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  return (name) => whole.has(name) || starts.some((start) => name.startsWith(start))
}
