import type { Problem } from '../../../lib/schemas/problem.ts'
import { BrokerError, type Call } from '../contract/index.ts'
import { type Client, scopePath, versionNumber } from './client.ts'
import { withMoments } from './depths.ts'
import { keyOf } from './directory.ts'
import type { Expected } from './find-prometheus.ts'
import { isJson, type Json, type Management, numberAt, objectAt, textAt } from './management.ts'
import type { QueueMetrics, Scrape } from './prometheus.ts'

/** Up to here one page with all statistics costs little; beyond, only depths are asked for everything. */
export const richLimit = 500
const families = 'family=queue_coarse_metrics&family=queue_consumer_count'
/** From 4.0 on deliveries and publishes are counted by queue, without their channels. */
const countedFamilies = '&family=queue_delivery_metrics&family=queue_exchange_metrics'

export interface Size {
  readonly overview: Json
  readonly nodes: readonly Json[] | null
  readonly statsOff: boolean
}

export interface Swept {
  /** Entries as `/api/queues` has them, of the width the source gives. */
  readonly items: readonly Json[]
  /** How many queues there are. */
  readonly total: number
  readonly problems: readonly Problem[]
}

/**
 * Whether there are more queues than fit one page, of the vhosts that are shown; a broker that does not tell how many
 * it has is taken for a big one.
 */
export function isBig(client: Client, overview: Json): boolean {
  const all = numberAt(objectAt(overview, 'object_totals'), 'queues') ?? Number.POSITIVE_INFINITY
  return (client.onlyVhost === null ? all : (client.lastCount ?? all)) > richLimit
}

/**
 * Every queue, from the cheapest source that tells enough: one page with all statistics on a small broker (it alone
 * counts what passes through before 4.0), else the prometheus listener of a single node, else totals only.
 */
export async function sweepQueues(
  client: Client,
  management: Management,
  size: Size,
  call: Call,
): Promise<Swept> {
  const problems: Problem[] = []
  if (!size.statsOff && !isBig(client, size.overview)) {
    const page = await sweepPage(client, management, call)
    // They may have become more than a page holds since they were counted.
    if (page.items.length >= page.total) return withScraped(client, page, size, call)
  }
  try {
    const items = await sweepPrometheus(client, management, size, call)
    if (items) return { items, total: items.length, problems }
  } catch (error) {
    const message = error instanceof BrokerError ? error.message : 'no answer'
    problems.push({
      scope: 'prometheus',
      code: 'partial',
      message: `The prometheus listener failed: ${message}`,
    })
  }
  const scope = scopePath(client)
  const path = `/queues${scope}?disable_stats=true&enable_queue_totals=true`
  const items = await management.getList(path, call)
  return { items, total: items.length, problems }
}

async function sweepPage(client: Client, management: Management, call: Call): Promise<Swept> {
  const path = `/queues${scopePath(client)}?page=1&page_size=${richLimit}&sort=name&${withMoments}`
  const answer = await management.getObject(path, call)
  const items: unknown[] = Array.isArray(answer.items) ? answer.items : []
  const total = numberAt(answer, 'filtered_count') ?? items.length
  return { items: items.filter(isJson), total, problems: [] }
}

/** What a scrape says of depths is half as old as what the page says; without a listener the page stands. */
async function withScraped(client: Client, page: Swept, size: Size, call: Call): Promise<Swept> {
  const scrape = await scrapeOnly(client, families, size, call).catch((error: unknown) => {
    if (error instanceof BrokerError && error.code !== 'timeout') return null
    throw error
  })
  if (!scrape) return page
  const items = page.items.map((item) => {
    const metrics = scrape.queues.get(keyOf(item))
    return metrics?.ready === undefined ? item : { ...item, ...depthsOf(metrics) }
  })
  return { ...page, items }
}

function depthsOf({ depth, ready, unacked, consumers }: QueueMetrics): Json {
  return {
    depths_by: 'prometheus',
    messages: depth,
    messages_ready: ready,
    messages_unacknowledged: unacked,
    ...(consumers === undefined ? {} : { consumers }),
  }
}

/** Each node tells of its own queues only: null on a cluster, and where there is no listener. */
async function sweepPrometheus(
  client: Client,
  management: Management,
  size: Size,
  call: Call,
): Promise<Json[] | null> {
  // Without statistics totals are all that was promised: only a listener that somebody named is asked.
  if (size.statsOff && !client.prometheus.isConfigured) return null
  const version = versionNumber(textAt(size.overview, 'rabbitmq_version') ?? '0.0')
  const scrape = await scrapeOnly(client, `${families}${version >= 400 ? countedFamilies : ''}`, size, call)
  if (scrape === null) return null
  client.lastConsumers = consumersOf(scrape)
  const isUntyped = ([key, { type }]: [string, QueueMetrics]) => type === undefined && !client.kinds.has(key)
  if ([...scrape.queues].some(isUntyped)) await learnKinds(client, management, call)
  return [...scrape.queues].map(([key, metrics]) => itemOf(key, metrics, client.kinds.get(key)))
}

/** The names of all queues now, and how many consumers each has; null where no listener tells. */
export async function scrapeConsumers(
  client: Client,
  size: Pick<Size, 'overview' | 'nodes'>,
  call: Call,
): Promise<ReadonlyMap<string, number> | null> {
  const scrape = await scrapeOnly(client, 'family=queue_consumer_count', size, call).catch(
    (error: unknown) => {
      if (error instanceof BrokerError && error.code !== 'timeout') return null
      throw error
    },
  )
  if (scrape === null) return null
  client.lastConsumers = consumersOf(scrape)
  return client.lastConsumers
}

const consumersOf = ({ queues }: Scrape) =>
  new Map([...queues].map(([key, { consumers }]) => [key, consumers ?? 0]))

/** The node that answered the overview; null where these rights do not tell. */
export function expectedOf(client: Client, overview: Json): Expected | null {
  const node = textAt(overview, 'node')
  if (node === undefined) return null
  const startedAtMs = client.nodeStarts.get(node) ?? null
  return { node, cluster: textAt(overview, 'cluster_name'), startedAtMs }
}

/** From the listener of the only node there is. */
async function scrapeOnly(
  client: Client,
  query: string,
  { overview, nodes }: Pick<Size, 'overview' | 'nodes'>,
  call: Call,
): Promise<Scrape | null> {
  if (nodes?.length !== 1) return null
  const expected = expectedOf(client, overview)
  const vhost = client.onlyVhost === null ? '' : `&vhost=${encodeURIComponent(client.onlyVhost)}`
  return client.prometheus.scrape(`${query}${vhost}`, overview, expected, call)
}

/** Before 3.13 the metrics do not say whether a queue is a stream; asked again only when an unknown name appears. */
async function learnKinds(client: Client, management: Management, call: Call): Promise<void> {
  const items = await client.directory.read(management, call)
  client.kinds.clear()
  for (const item of items) client.kinds.set(keyOf(item), textAt(item, 'type') ?? 'classic')
}

function itemOf(key: string, metrics: QueueMetrics, kind: string | undefined): Json {
  const [vhost = '/', name = ''] = key.split('\0')
  const { published, delivered, acked, redelivered } = metrics
  return {
    vhost,
    name,
    type: metrics.type ?? kind,
    ...depthsOf(metrics),
    reductions: metrics.reductions,
    // Counted apart from the statistics of the management API: never continued by them.
    counted_by: 'prometheus',
    message_stats: { publish: published, deliver_get: delivered, ack: acked, redeliver: redelivered },
  }
}
