import type { BrokerCounterName, Call, Counter } from '../contract/index.ts'
import type { Client } from './client.ts'
import { countedAtMs, worstAgeMs } from './depths.ts'
import { type Json, numberAt, objectAt } from './management.ts'
import { sumMetric } from './prometheus.ts'
import { expectedOf, isBig } from './sweep.ts'

type Counters = Partial<Record<BrokerCounterName, Counter>>

/** Aggregated metrics cost the broker milliseconds, of a big one two thirds of a scrape. */
const aggregateAgeMs = { small: 15_000, big: 60_000 }

const overviewNames = {
  published: 'publish',
  delivered: 'deliver_get',
  acked: 'ack',
  redelivered: 'redeliver',
  returned: 'return_unroutable',
  unroutable: 'drop_unroutable',
} as const

const reasons = {
  deadLetteredExpired: 'expired',
  deadLetteredRejected: 'rejected',
  deadLetteredMaxLength: 'maxlen',
  deadLetteredDeliveryLimit: 'delivery_limit',
} as const

interface Asked {
  readonly overview: Json
  readonly epoch: string | null
  /** The only node: each listener counts for its own node. */
  readonly isAlone: boolean
  /** When the overview was asked. */
  readonly atMs: number
}

/**
 * Counts over the whole broker, since its nodes started: what passed through from the overview (present after
 * activity only), dead letters by reason from the prometheus listener, where one is in reach.
 */
export async function readBrokerCounters(client: Client, from: Asked, call: Call): Promise<Counters> {
  const { overview, epoch, atMs } = from
  // Without a start nobody can tell a count that began anew; and of one vhost these are not the counts.
  if (epoch === null || client.onlyVhost !== null) return {}
  const stats = objectAt(overview, 'message_stats')
  const counters: Counters = {}
  for (const [name, stat] of Object.entries(overviewNames) as [BrokerCounterName, string][]) {
    const value = numberAt(stats, stat)
    if (value !== undefined)
      counters[name] = {
        ...counter(client, name, value, countedAtMs(stats, stat) ?? atMs - worstAgeMs, `${epoch} overview`),
        isApproximate: true,
      }
  }
  return { ...counters, ...(await readReasons(client, from, call)) }
}

async function readReasons(
  client: Client,
  { overview, epoch, isAlone }: Asked,
  call: Call,
): Promise<Counters> {
  if (!isAlone) return {}
  const last = client.lastReasons
  const now = client.deps.now()
  const ageMs = isBig(client, overview) ? aggregateAgeMs.big : aggregateAgeMs.small
  if (last && last.epoch === epoch && now - last.atMs < ageMs) return last.counters
  const text = await client.prometheus.aggregate(overview, expectedOf(client, overview), call)
  if (text === null) return {}
  const counters: Counters = {}
  let total: number | null = null
  for (const [name, reason] of Object.entries(reasons) as [BrokerCounterName, string][]) {
    const value = sumMetric(text, `rabbitmq_global_messages_dead_lettered_${reason}_total`)
    if (value === null) continue
    total = (total ?? 0) + value
    counters[name] = counter(client, name, value, now, `${epoch} global`)
  }
  if (total !== null) counters.deadLettered = counter(client, 'deadLettered', total, now, `${epoch} global`)
  client.lastReasons = { atMs: now, epoch, counters }
  return counters
}

/** A count that fell was set back (statistics reset, a vhost deleted): another epoch. */
function counter(
  client: Client,
  name: BrokerCounterName,
  value: number,
  atMs: number,
  epoch: string,
): Counter {
  const before = client.fallen.get(name)
  const resets = (before?.resets ?? 0) + (before && before.epoch === epoch && value < before.value ? 1 : 0)
  client.fallen.set(name, { value, epoch, resets })
  return { value: String(value), atMs, epoch: `${epoch} ${resets}`, survivesRestart: false }
}
