import type { Readings } from '../../../lib/schemas/reading.ts'
import {
  type Counter,
  type CounterName,
  type DestinationSample,
  ok,
  unavailable,
  unsupported,
} from '../contract/index.ts'
import { type QueueFacts, refOfQueue } from './facts.ts'
import type { Incarnation } from './incarnations.ts'
import { isJson, type Json, numberAt, objectAt, textAt } from './management.ts'

/** Queues and channels tell their numbers every 5 s: what a scrape shows is at most so old. */
const toldMs = 5_000
/**
 * The management API collects what was told every 5 s in its turn, and says so nowhere: seen on 3.10, where a page
 * still said 0 while a scrape said 299. The worst age is taken.
 */
export const worstAgeMs = 2 * toldMs
const ageOf = (item: Json) => (textAt(item, 'depths_by') === 'prometheus' ? toldMs : worstAgeMs)

/** Live values beside the gathered ones, from a passive declare. */
export interface Live {
  readonly ready: number
  readonly consumers: number
  readonly atMs: number
  /** Of a stream, where a declare tells nothing: its last offset less its first. */
  readonly span?: number | undefined
}

const unseen: Incarnation = { id: undefined, mark: '' }

/**
 * Readings and counters of one queue or stream.
 * @param epoch identifies the run of the node that counts: its counters start anew with it
 * @param about statsOff: the broker gathers nothing, what is missing then never comes; incarnation: which queue of
 *   this name it is, as far as was seen
 */
export function sampleQueue(
  facts: QueueFacts,
  item: Json,
  nowMs: number,
  live: Live | null,
  epoch: string | null,
  { statsOff = false, incarnation = unseen }: { statsOff?: boolean; incarnation?: Incarnation } = {},
): DestinationSample {
  const source = textAt(item, 'counted_by') ?? 'management'
  const run = epoch === null ? null : `${epoch} ${source} ${incarnation.mark}`
  return {
    ref: refOfQueue(facts),
    ...(incarnation.id === undefined ? {} : { incarnation: incarnation.id }),
    // `live` is what the broker calls it where it has no statistics.
    state: facts.state === 'unknown' || facts.state === 'live' ? 'running' : facts.state,
    readings: readingsOf(facts, { nowMs, atMs: nowMs - ageOf(item) }, live, statsOff),
    counters:
      run === null
        ? {}
        : countersOf(
            objectAt(item, 'message_stats'),
            nowMs - (source === 'prometheus' ? toldMs : worstAgeMs),
            run,
          ),
  }
}

interface Moment {
  readonly nowMs: number
  /** The worst age of what was gathered. */
  readonly atMs: number
}

function readingsOf(facts: QueueFacts, moment: Moment, live: Live | null, statsOff: boolean): Readings {
  const { nowMs, atMs } = moment
  const missing = (what: string) =>
    unavailable(
      statsOff
        ? `Statistics are switched off on this broker: it does not tell the ${what}`
        : `The broker has no ${what} for it yet`,
      nowMs,
    )
  const gathered = (value: number | null, what: string) =>
    value === null ? missing(what) : ok(value, 'messages', atMs, 'approximate')
  const isStream = facts.kind === 'stream'
  const useLive = live !== null && !isStream
  if (isStream && live?.span !== undefined) {
    const held = ok(live.span, 'messages', live.atMs, 'approximate')
    return {
      ...readingsOf(facts, moment, { ...live, span: undefined }, statsOff),
      depth: held,
      ready: held,
    }
  }
  const ready = useLive ? ok(live.ready, 'messages', live.atMs) : gathered(facts.ready, 'depth')
  const unacked = gathered(facts.unacked, 'count of unacknowledged messages')
  return {
    depth: depthOf(facts, atMs, useLive ? live : null) ?? missing('depth'),
    ready,
    unacked,
    // Of a stream a declare tells neither: it answers 0 for both.
    consumers: useLive
      ? ok(live.consumers, 'consumers', live.atMs)
      : facts.consumers === null
        ? unavailable('The cheap listing does not count consumers; opening the queue does', nowMs)
        : ok(facts.consumers, 'consumers', atMs, 'approximate'),
    ...(facts.bytes === null ? {} : { bytes: ok(facts.bytes, 'bytes', atMs, 'approximate') }),
    ...(facts.headAtMs === null
      ? {}
      : { oldest: ok(ageSeconds(nowMs, facts.headAtMs), 'seconds', atMs, 'approximate') }),
    ...(isStream ? { unacked: unsupported('A stream has no unacknowledged messages of its own') } : {}),
  }
}

/** Since the publisher stamped the message at the head: by its clock, not the broker's. */
const ageSeconds = (nowMs: number, headAtMs: number) => Math.max(0, Math.round((nowMs - headAtMs) / 1000))

/** Ready is live, unacknowledged is gathered: their sum is as old as the older. Null: not known. */
function depthOf(facts: QueueFacts, atMs: number, live: Live | null) {
  if (live === null) {
    const { ready, unacked } = facts
    if (ready === null) return null
    return ok(ready + (unacked ?? 0), 'messages', atMs, 'approximate')
  }
  if (facts.unacked === null) {
    const reading = ok(live.ready, 'messages', live.atMs, 'approximate')
    return { ...reading, detail: { missing: 'unacked' } }
  }
  return ok(live.ready + facts.unacked, 'messages', facts.unacked === 0 ? live.atMs : atMs, 'approximate')
}

const statOf: Partial<Record<CounterName, string>> = {
  published: 'publish',
  delivered: 'deliver_get',
  acked: 'ack',
  redelivered: 'redeliver',
}

/** Asks for the moments of the last counts, which the management API keeps every 5 s. */
export const withMoments = 'msg_rates_age=10&msg_rates_incr=5'

/**
 * When the management API collected this count, less what it may have been old by then; null where it does not say.
 * The distance between two such moments is exact, and with it a rate: both are told in the same beat.
 */
export function countedAtMs(stats: Json, stat: string): number | null {
  const samples: unknown = objectAt(stats, `${stat}_details`).samples
  const newest: unknown = Array.isArray(samples) ? samples[0] : undefined
  const stamp = isJson(newest) ? numberAt(newest, 'timestamp') : undefined
  return stamp === undefined ? null : stamp - toldMs
}

function counted(value: number, atMs: number, epoch: string): Counter {
  return { value: String(value), atMs, epoch, survivesRestart: false, isApproximate: true }
}

/** Present only after activity; absent stays absent. */
function countersOf(stats: Json, atMs: number, epoch: string): Partial<Record<CounterName, Counter>> {
  const counters: Partial<Record<CounterName, Counter>> = {}
  for (const [name, stat] of Object.entries(statOf)) {
    const value = numberAt(stats, stat)
    if (value === undefined) continue
    counters[name as CounterName] = counted(value, countedAtMs(stats, stat) ?? atMs, epoch)
  }
  return counters
}

/** An exchange holds nothing; what passes through it is counted where the broker counts it. */
export function sampleExchange(item: Json, nowMs: number, epoch: string | null): DestinationSample {
  const stats = objectAt(item, 'message_stats')
  const atMs = nowMs - worstAgeMs
  const counters: Partial<Record<CounterName, Counter>> = {}
  const put = (name: CounterName, stat: string) => {
    const value = numberAt(stats, stat)
    if (value !== undefined && epoch !== null)
      counters[name] = counted(value, countedAtMs(stats, stat) ?? atMs, epoch)
  }
  put('published', 'publish_in')
  put('delivered', 'publish_out')
  return {
    ref: { type: 'exchange', name: String(item.name ?? ''), namespace: String(item.vhost ?? '/') },
    state: 'running',
    readings: { depth: unsupported('An exchange routes messages and holds none') },
    counters,
  }
}
