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
  unsupported,
} from '../contract/index.ts'
import { readAlarms } from './alarms.ts'
import { type Client, checkLive, readQueueItem, scopePath, vhostOfRef } from './client.ts'
import { readBrokerCounters } from './counters.ts'
import { type Live, sampleExchange, sampleQueue, withMoments, worstAgeMs } from './depths.ts'
import { keyOf } from './directory.ts'
import { readQueueFacts } from './facts.ts'
import { sampleHealth, sayOwnBlocked } from './health.ts'
import { isJson, type Json, type Management, numberAt, objectAt, textAt } from './management.ts'
import { epochOf, readNodes } from './nodes.ts'
import { readStreamEnds } from './stream-reader.ts'
import { isBig, type Swept, sweepQueues } from './sweep.ts'

const watchedAtOnce = 8

/** On a big broker the overview costs a sixth of a scrape, and what it alone tells changes slowly. */
const overviewAgeMs = 30_000

/** Everything in few requests, each from its cheapest source. Watched queues are asked one by one, live. */
export async function sampleBroker(
  client: Client,
  watched: readonly DestinationRef[],
  call: Call,
): Promise<Sample> {
  if (!client.management) return sampleOverAmqp(client, watched, call)
  const { management } = client
  const [{ overview, atMs: overviewAtMs }, nodes] = await Promise.all([
    readOverview(client, management, call),
    readNodes(management, call),
  ])
  const nowMs = client.deps.now()
  const epoch = epochOf(client, nodes)
  const statsOff = overview.disable_stats === true
  const [swept, exchanges, live, alarms] = await Promise.all([
    sweepQueues(client, management, { overview, nodes, statsOff }, call),
    sweepExchanges(client, management, call),
    readWatched(client, watched, call),
    readAlarms(client, management, nodes, call),
  ])
  const health = await sampleHealth(client, management, { nodes, alarms }, call)
  client.lastCount = swept.total
  seeIncarnations(client, swept, { epoch, isAlone: nodes?.length === 1, nowMs })
  const destinations = swept.items.map((item) => {
    const facts = readQueueFacts(item, null)
    const key = keyOf(item)
    client.kinds.set(key, facts.type)
    return sampleQueue(facts, item, nowMs, null, epoch, {
      statsOff,
      incarnation: client.incarnations.of(key),
    })
  })
  const asked = { overview, epoch, isAlone: nodes?.length === 1, atMs: overviewAtMs }
  const counters = await readBrokerCounters(client, asked, call)
  return {
    atMs: nowMs,
    readings: {
      ...brokerReadings(overview, overviewAtMs),
      ...(statsOff || isBig(client, overview) || client.onlyVhost !== null
        ? summed(destinations, nowMs, statsOff)
        : {}),
    },
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    destinations: mergeWatched(
      [...destinations, ...exchanges.map((e) => sampleExchange(e, nowMs, epoch))],
      live.read.map((read) => read(epoch)),
    ),
    groups: [],
    ...health.told,
    problems: [...health.problems, ...swept.problems, ...live.problems],
  }
}

async function readOverview(
  client: Client,
  management: Management,
  call: Call,
): Promise<{ readonly overview: Json; readonly atMs: number }> {
  const last = client.lastOverview
  if (last && isBig(client, last.overview) && client.deps.now() - last.atMs < overviewAgeMs) return last
  const overview = await management.getObject(`/overview?${withMoments}`, call)
  client.lastOverview = { overview, atMs: client.deps.now() }
  return client.lastOverview
}

/** Which queue of its name each one is; a recreated one may have other settings. */
function seeIncarnations(
  client: Client,
  { items, total }: Swept,
  where: { readonly epoch: string | null; readonly isAlone: boolean; readonly nowMs: number },
): void {
  for (const item of items) {
    const signs = {
      reductions: numberAt(item, 'reductions'),
      published: numberAt(objectAt(item, 'message_stats'), 'publish'),
      source: textAt(item, 'counted_by') ?? 'management',
    }
    if (client.incarnations.see(keyOf(item), signs, where).isNew) client.directory.recreated()
  }
  if (items.length >= total) client.incarnations.sweep(new Set(items.map(keyOf)), where.epoch)
}

async function sweepExchanges(client: Client, management: Management, call: Call): Promise<Json[]> {
  return management
    .getList(`/exchanges${scopePath(client)}?page=1&page_size=500&sort=name&${withMoments}`, call)
    .catch(() => [])
}

/** What was read of one queue; as a sample once it is known which queue of its name it is. */
type Read = (epoch: string | null) => DestinationSample

interface Watched {
  readonly read: readonly Read[]
  readonly problems: readonly Problem[]
}

async function readWatched(client: Client, watched: readonly DestinationRef[], call: Call): Promise<Watched> {
  const queues = watched.filter((ref) => ref.type === 'queue' || ref.type === 'stream')
  const read: Read[] = []
  const problems: Problem[] = []
  let next = 0
  const work = async () => {
    for (;;) {
      const ref = queues[next++]
      if (ref === undefined) return
      try {
        read.push(await readOne(client, ref, call))
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        if (error.code === 'not_found') continue
        if (error.code === 'timeout') throw error
        problems.push({ scope: ref.name, code: error.code, message: error.message })
      }
    }
  }
  await Promise.all(Array.from({ length: watchedAtOnce }, work))
  return { read, problems }
}

/** One queue, live: depth by passive declare, the rest from its own entry. */
export async function sampleOne(
  client: Client,
  ref: DestinationRef,
  epoch: string | null,
  call: Call,
): Promise<DestinationSample> {
  return (await readOne(client, ref, call))(epoch)
}

async function readOne(client: Client, ref: DestinationRef, call: Call): Promise<Read> {
  const isStream = ref.type === 'stream'
  const [{ item, facts }, queue, { statsOff }] = await Promise.all([
    readQueueItem(client, ref, call),
    isStream ? null : askLive(client, ref, call),
    client.version(call),
  ])
  // Reading a stream's ends counts as deliveries: only where the broker does not tell how much it holds (yet).
  const live = isStream && facts.ready === null ? await askLive(client, ref, call) : queue
  const nowMs = client.deps.now()
  const published = numberAt(objectAt(item, 'message_stats'), 'publish')
  client.incarnations.glimpse(keyOf(item), published, 'management')
  const known = isStream ? { ...facts, consumers: countReaders(item) ?? facts.consumers } : facts
  return (epoch) =>
    sampleQueue(known, item, nowMs, live, epoch, {
      statsOff,
      incarnation: client.incarnations.of(keyOf(item)),
    })
}

/** Consumers of a stream that lie on a channel: 3.10 also counts those whose channel closed without cancelling. */
function countReaders(item: Json): number | null {
  const details: unknown = item.consumer_details
  if (!Array.isArray(details)) return null
  return details.filter(
    (one) => isJson(one) && textAt(objectAt(one, 'channel_details'), 'name') !== undefined,
  ).length
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

/** With statistics off the broker adds nothing up, of a big one its sums are older, and they cover every vhost; what it says of each queue is added up here. */
function summed(queues: readonly DestinationSample[], nowMs: number, statsOff: boolean): Readings {
  const sum = (name: 'depth' | 'ready' | 'unacked' | 'consumers') => {
    let total = 0
    let unknown = 0
    for (const { readings } of queues) {
      const reading = readings[name]
      if (reading?.state === 'ok') total += reading.value
      else if (reading?.state === 'unavailable') unknown += 1
    }
    const unit = name === 'consumers' ? 'consumers' : 'messages'
    const reading = ok(total, unit, nowMs - worstAgeMs, 'approximate')
    if (unknown === 0) return reading
    const words = `${statsOff ? 'Statistics are switched off on this broker: it' : 'It'} does not tell the ${unit} of ${unknown} queues or streams`
    return unknown === queues.length
      ? unavailable(words, nowMs)
      : { ...reading, quality: 'estimated' as const, detail: { missing: words } }
  }
  const depths = { depth: sum('depth'), ready: sum('ready'), unacked: sum('unacked') }
  return statsOff
    ? depths
    : { ...depths, consumers: sum('consumers'), queues: ok(queues.length, 'count', nowMs) }
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
  const [state, span] = await Promise.all([checkLive(client, ref, call), askSpan(client, ref, call)])
  const at = client.deps.now()
  if (span !== undefined) {
    const held = ok(span, 'messages', at, 'approximate')
    const consumers = unavailable('Consumers of a stream are only known to the management API', at)
    const unacked = unsupported('A stream has no unacknowledged messages of its own')
    return {
      ref,
      state: 'running',
      readings: { depth: held, ready: held, unacked, consumers },
      counters: {},
    }
  }
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
