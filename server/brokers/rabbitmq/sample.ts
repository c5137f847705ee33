import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings, Unit } from '../../../lib/schemas/reading.ts'
import {
  BrokerError,
  type Call,
  type DestinationRef,
  type DestinationSample,
  ok,
  type Sample,
  sameRef,
  shorten,
  unavailable,
} from '../contract/index.ts'
import { readAlarms } from './alarms.ts'
import { type Client, checkLive, readQueueItem, scopePath, vhostOfRef } from './client.ts'
import { type Live, sampleExchange, sampleQueue, worstAgeMs } from './depths.ts'
import { readQueueFacts } from './facts.ts'
import { sampleHealth, sayOwnBlocked } from './health.ts'
import { type Json, type Management, numberAt, objectAt, textAt } from './management.ts'
import { epochOf, readNodes } from './nodes.ts'
import { parseQueueDepths } from './prometheus.ts'
import { readStreamEnds } from './stream-reader.ts'

/** Up to here one page with all statistics costs little; beyond, only depths are asked for everything. */
const richLimit = 500
const watchedAtOnce = 8

/**
 * Everything in few requests, from the cheapest source: prometheus where configured on a single node, one
 * page with statistics on a small broker, else totals only. Watched queues are asked one by one, live.
 */
export async function sampleBroker(
  client: Client,
  watched: readonly DestinationRef[],
  call: Call,
): Promise<Sample> {
  if (!client.management) return sampleOverAmqp(client, watched, call)
  const { management } = client
  const [overview, nodes] = await Promise.all([
    management.getObject('/overview', call),
    readNodes(management, call),
  ])
  const nowMs = client.deps.now()
  const epoch = epochOf(client, nodes)
  const queues = numberAt(objectAt(overview, 'object_totals'), 'queues') ?? Number.POSITIVE_INFINITY
  const statsOff = overview.disable_stats === true
  const [swept, exchanges, live, alarms] = await Promise.all([
    sweepQueues(client, management, { queues, nodes, statsOff }, call),
    sweepExchanges(client, management, call),
    sampleWatched(client, watched, epoch, call),
    readAlarms(client, management, nodes, call),
  ])
  const health = await sampleHealth(client, management, { nodes, alarms }, call)
  const destinations = swept.items.map((item) => {
    const facts = readQueueFacts(item, null)
    client.kinds.set(`${facts.vhost}\0${facts.name}`, facts.type)
    return sampleQueue(facts, item, nowMs, null, epoch, statsOff)
  })
  const readings = brokerReadings(overview, nowMs)
  return {
    atMs: nowMs,
    readings: statsOff ? { ...readings, ...summed(destinations, nowMs) } : readings,
    destinations: mergeWatched(
      [...destinations, ...exchanges.map((e) => sampleExchange(e, nowMs, epoch))],
      live.samples,
    ),
    groups: [],
    ...health.told,
    problems: [...health.problems, ...swept.problems, ...live.problems],
  }
}

interface Size {
  readonly queues: number
  readonly nodes: readonly Json[] | null
  readonly statsOff: boolean
}

async function sweepQueues(
  client: Client,
  management: Management,
  size: Size,
  call: Call,
): Promise<{ items: readonly Json[]; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  if (client.prometheus && size.nodes?.length === 1) {
    try {
      return { items: await readPrometheus(client, management, client.prometheus, call), problems }
    } catch (error) {
      const message = error instanceof BrokerError ? error.message : 'no answer'
      problems.push({
        scope: 'prometheus',
        code: 'partial',
        message: `The prometheus listener failed: ${message}`,
      })
    }
  }
  const scope = scopePath(client)
  if (!size.statsOff && size.queues <= richLimit) {
    return {
      items: await management.getList(`/queues${scope}?page=1&page_size=${richLimit}&sort=name`, call),
      problems,
    }
  }
  return {
    items: await management.getList(`/queues${scope}?disable_stats=true&enable_queue_totals=true`, call),
    problems,
  }
}

async function readPrometheus(
  client: Client,
  management: Management,
  prometheus: Management,
  call: Call,
): Promise<Json[]> {
  const scope = client.onlyVhost === null ? '' : `&vhost=${encodeURIComponent(client.onlyVhost)}`
  const text = await prometheus.getText(
    `/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count${scope}`,
    call,
  )
  const depths = parseQueueDepths(text)
  if ([...depths.keys()].some((key) => !client.kinds.has(key))) await learnKinds(client, management, call)
  return [...depths].map(([key, depth]) => {
    const [vhost = '/', name = ''] = key.split('\0')
    return {
      vhost,
      name,
      type: client.kinds.get(key),
      messages: depth.depth,
      messages_ready: depth.ready,
      messages_unacknowledged: depth.unacked,
      consumers: depth.consumers,
    }
  })
}

/** The metrics do not say whether a queue is a stream; asked again only when an unknown name appears. */
async function learnKinds(client: Client, management: Management, call: Call): Promise<void> {
  const items = await management.getList(`/queues${scopePath(client)}?disable_stats=true`, call)
  client.kinds.clear()
  for (const item of items) {
    client.kinds.set(`${textAt(item, 'vhost')}\0${textAt(item, 'name')}`, textAt(item, 'type') ?? 'classic')
  }
}

async function sweepExchanges(client: Client, management: Management, call: Call): Promise<Json[]> {
  return management
    .getList(`/exchanges${scopePath(client)}?page=1&page_size=${richLimit}&sort=name`, call)
    .catch(() => [])
}

interface Watched {
  readonly samples: readonly DestinationSample[]
  readonly problems: readonly Problem[]
}

async function sampleWatched(
  client: Client,
  watched: readonly DestinationRef[],
  epoch: string | null,
  call: Call,
): Promise<Watched> {
  const queues = watched.filter((ref) => ref.type === 'queue' || ref.type === 'stream')
  const samples: DestinationSample[] = []
  const problems: Problem[] = []
  let next = 0
  const work = async () => {
    for (;;) {
      const ref = queues[next++]
      if (ref === undefined) return
      try {
        samples.push(await sampleOne(client, ref, epoch, call))
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        if (error.code === 'not_found') continue
        if (error.code === 'timeout') throw error
        problems.push({ scope: ref.name, code: error.code, message: error.message })
      }
    }
  }
  await Promise.all(Array.from({ length: watchedAtOnce }, work))
  return { samples, problems }
}

/** One queue, live: depth by passive declare, the rest from its own entry. */
export async function sampleOne(
  client: Client,
  ref: DestinationRef,
  epoch: string | null,
  call: Call,
): Promise<DestinationSample> {
  const [{ item, facts }, live, { statsOff }] = await Promise.all([
    readQueueItem(client, ref, call),
    askLive(client, ref, call),
    client.version(call),
  ])
  return sampleQueue(facts, item, client.deps.now(), live, epoch, statsOff)
}

async function askLive(client: Client, ref: DestinationRef, call: Call): Promise<Live | null> {
  if (!client.links.available) return null
  try {
    const soon = shorten(call, 3_000)
    const [state, span] = await Promise.all([checkLive(client, ref, soon), askSpan(client, ref, soon)])
    return { ...state, atMs: client.deps.now(), span }
  } catch {
    // Gathered values stand in; whether AMQP answers is the probe's question.
    return null
  }
}

async function askSpan(client: Client, ref: DestinationRef, call: Call): Promise<number | undefined> {
  if (ref.type !== 'stream') return undefined
  const ends = await readStreamEnds(client.links, vhostOfRef(client, ref), ref.name, call)
  return ends === null ? 0 : Number(ends.last - ends.first + 1n)
}

function mergeWatched(
  all: readonly DestinationSample[],
  live: readonly DestinationSample[],
): readonly DestinationSample[] {
  if (live.length === 0) return all
  const keyOf = (ref: DestinationRef) => `${ref.namespace}\0${ref.type === 'exchange'}\0${ref.name}`
  const byKey = new Map(live.map((sample) => [keyOf(sample.ref), sample]))
  const merged = all.map((sample) => {
    const found = byKey.get(keyOf(sample.ref))
    const isSame = found && (sameRef(found.ref, sample.ref) || sample.ref.type === 'queue')
    return isSame ? withSwept(found, sample) : sample
  })
  const known = new Set(all.map((sample) => keyOf(sample.ref)))
  return [...merged, ...live.filter((sample) => !known.has(keyOf(sample.ref)))]
}

/** With statistics off a queue's own entry counts nothing; the listing of totals does. */
function withSwept(live: DestinationSample, swept: DestinationSample): DestinationSample {
  const { ready } = live.readings
  const { unacked } = swept.readings
  if (live.readings.unacked?.state !== 'unavailable' || unacked?.state !== 'ok') return live
  const depth =
    ready?.state === 'ok'
      ? { depth: ok(ready.value + unacked.value, 'messages', Date.parse(unacked.at), 'approximate') }
      : {}
  return { ...live, readings: { ...live.readings, ...depth, unacked } }
}

export async function readEpoch(client: Client, call: Call): Promise<string | null> {
  if (!client.management) return null
  const nodes = await readNodes(client.management, call)
  return epochOf(client, nodes)
}

/** A user without the tag `monitoring` is told of its own connections only, as if there were no others. */
const onlyOwnTold =
  'This user is told of its own connections only: it lacks the tag monitoring or administrator'

function brokerReadings(overview: Json, nowMs: number): Readings {
  const isMonitor = textAt(overview, 'node') !== undefined
  const totals = objectAt(overview, 'queue_totals')
  const objects = objectAt(overview, 'object_totals')
  const at = nowMs - worstAgeMs
  const read = (from: Json, key: string, unit: Unit) => {
    const value = numberAt(from, key)
    return value === undefined
      ? unavailable('The broker does not say', nowMs)
      : ok(value, unit, at, 'approximate')
  }
  return {
    depth: read(totals, 'messages', 'messages'),
    ready: read(totals, 'messages_ready', 'messages'),
    unacked: read(totals, 'messages_unacknowledged', 'messages'),
    consumers: read(objects, 'consumers', 'consumers'),
    queues: read(objects, 'queues', 'count'),
    exchanges: read(objects, 'exchanges', 'count'),
    connections: isMonitor ? read(objects, 'connections', 'count') : unavailable(onlyOwnTold, nowMs),
    channels: isMonitor ? read(objects, 'channels', 'count') : unavailable(onlyOwnTold, nowMs),
  }
}

/** With statistics off the broker adds nothing up; what it says of each queue is added up here. */
function summed(queues: readonly DestinationSample[], nowMs: number): Readings {
  const sum = (name: 'depth' | 'ready' | 'unacked') => {
    let total = 0
    let unknown = 0
    for (const { readings } of queues) {
      const reading = readings[name]
      if (reading?.state === 'ok') total += reading.value
      else if (reading?.state === 'unavailable') unknown += 1
    }
    const reading = ok(total, 'messages', nowMs - worstAgeMs, 'approximate')
    if (unknown === 0) return reading
    const words = `Statistics are switched off on this broker: it does not tell the messages of ${unknown} queues or streams`
    return unknown === queues.length
      ? unavailable(words, nowMs)
      : { ...reading, quality: 'estimated' as const, detail: { missing: words } }
  }
  return { depth: sum('depth'), ready: sum('ready'), unacked: sum('unacked') }
}

/** Without the management API only what is watched is known, and of it what a passive declare tells. */
async function sampleOverAmqp(
  client: Client,
  watched: readonly DestinationRef[],
  call: Call,
): Promise<Sample> {
  const destinations: DestinationSample[] = []
  for (const ref of watched) {
    if (ref.type !== 'queue' && ref.type !== 'stream') continue
    try {
      destinations.push(await sampleByDeclare(client, ref, call))
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'not_found') throw error
    }
  }
  const message = 'Only what a passive declare tells is known: no management address is configured'
  const blocked = sayOwnBlocked(client)
  return {
    atMs: client.deps.now(),
    readings: {},
    destinations,
    groups: [],
    ...(blocked === undefined ? {} : { blocked }),
    problems: [{ scope: 'destinations', code: 'partial', message }],
  }
}

export async function sampleByDeclare(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationSample> {
  const state = await checkLive(client, ref, call)
  const at = client.deps.now()
  const unknown = unavailable('Unacknowledged messages are only known to the management API', at)
  return {
    ref,
    state: 'running',
    readings: {
      depth: unknown,
      ready: ok(state.ready, 'messages', at),
      unacked: unknown,
      consumers: ok(state.consumers, 'consumers', at),
    },
    counters: {},
  }
}
