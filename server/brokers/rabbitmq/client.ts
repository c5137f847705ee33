import {
  type BrokerCounterName,
  BrokerError,
  type Call,
  type Counter,
  type DestinationRef,
  type DriverDeps,
  within,
} from '../contract/index.ts'
import { AlarmLog } from './alarms.ts'
import { Directory, type Listing } from './directory.ts'
import { mapAmqpError } from './errors.ts'
import { type QueueFacts, readQueueFacts } from './facts.ts'
import { PrometheusSource } from './find-prometheus.ts'
import { Incarnations } from './incarnations.ts'
import { Links } from './links.ts'
import { type Json, Management, seg, textAt } from './management.ts'
import { readObject } from './objects.ts'
import { type RabbitmqOptions, vhostOf } from './options.ts'
import { type Policies, readPolicies } from './policies.ts'

/** What every facet works with: the two ways to the broker, and what is known about it. */
export interface Client {
  readonly options: RabbitmqOptions
  readonly deps: DriverDeps
  readonly links: Links
  readonly management: Management | null
  readonly prometheus: PrometheusSource
  /** The only vhost to be seen, or null. */
  readonly onlyVhost: string | null
  /** Queue types by `vhost\0name`, for sources that do not name them. */
  readonly kinds: Map<string, string>
  /** When each node started, as first worked out: an uptime is read at some moment, so it wavers. */
  readonly nodeStarts: Map<string, number>
  readonly alarms: AlarmLog
  readonly incarnations: Incarnations
  readonly directory: Directory
  /** Consumers by `vhost\0queue` as the last scrape told them; null where none was made. */
  lastConsumers: ReadonlyMap<string, number> | null
  /** Broker-wide counts as last seen, for one that falls. */
  readonly fallen: Map<string, { readonly value: number; readonly epoch: string; readonly resets: number }>
  /** The listing of a big broker as last found good. */
  checked: { readonly listing: Listing; readonly atMs: number } | null
  /** Bindings of a big broker as last read, and what else stood then. */
  lastRoutes: {
    readonly atMs: number
    readonly generation: number
    readonly exchanges: string
    readonly bindings: Json[]
  } | null
  /** Dead letters by reason, as last read. */
  lastReasons: {
    readonly atMs: number
    readonly epoch: string | null
    readonly counters: Partial<Record<BrokerCounterName, Counter>>
  } | null
  /** Queues of the last sweep, of the vhosts that are shown. */
  lastCount: number | null
  /** The last `/overview`, and when it was asked. */
  lastOverview: { readonly atMs: number; readonly overview: Json } | null
  /** Tags of our user at the management API; null until it was asked. */
  tags: readonly string[] | null
  /** Whether the API tells us of everybody's nodes and connections (tag `monitoring` or `administrator`); null until known. */
  readonly isMonitor: boolean | null
  /** Major and minor version as one number (4.2 → 402), asked once a minute. */
  version(call: Call): Promise<Version>
}

export interface Version {
  readonly text: string
  readonly number: number
  readonly statsOff: boolean
  /** `none`: depths are gathered, rates are not. */
  readonly ratesOff: boolean
  readonly cluster: string
}

const versionAgeMs = 60_000
const monitorTags = new Set(['monitoring', 'administrator'])

export function newClient(options: RabbitmqOptions, deps: DriverDeps): Client {
  const management = options.management === undefined ? null : new Management(options.management, options)
  const links = new Links(options, deps.brokerId, deps.log)
  const onlyVhost = vhostOf(options)
  let known: { at: number; version: Version } | null = null
  return {
    options,
    deps,
    links,
    management,
    prometheus: new PrometheusSource(options),
    onlyVhost,
    kinds: new Map(),
    nodeStarts: new Map(),
    alarms: new AlarmLog(),
    incarnations: new Incarnations(),
    directory: new Directory(onlyVhost === null ? '' : `/${seg(onlyVhost)}`, deps.now),
    lastConsumers: null,
    lastCount: null,
    fallen: new Map(),
    lastReasons: null,
    lastRoutes: null,
    checked: null,
    lastOverview: null,
    tags: null,
    get isMonitor() {
      return this.tags === null ? null : this.tags.some((tag) => monitorTags.has(tag))
    },
    async version(call) {
      if (known && deps.now() - known.at < versionAgeMs) return known.version
      const version = management
        ? await askOverview(management, call)
        : await askServer(links, onlyVhost, call)
      known = { at: deps.now(), version }
      return version
    },
  }
}

export async function askOverview(management: Management, call: Call): Promise<Version> {
  const overview = await management.getObject('/overview', call)
  const text = textAt(overview, 'rabbitmq_version') ?? textAt(overview, 'product_version') ?? '0.0'
  return {
    text,
    number: versionNumber(text),
    statsOff: overview.disable_stats === true,
    ratesOff: overview.rates_mode === 'none',
    cluster: textAt(overview, 'cluster_name') ?? '',
  }
}

async function askServer(links: Links, vhost: string | null, call: Call): Promise<Version> {
  const properties = await links.serverProperties(vhost ?? '/', call)
  const text = (name: string): string => {
    const field = properties.get(name)
    return field?.tag === 'S' ? field.value.toString('utf8') : ''
  }
  return {
    text: text('version'),
    number: versionNumber(text('version')),
    statsOff: false,
    ratesOff: false,
    cluster: text('cluster_name'),
  }
}

/** 3.10.8 → 310, 4.2.1 → 402. */
export function versionNumber(text: string): number {
  const [major = '0', minor = '0'] = text.split('.')
  return Number(major) * 100 + Number.parseInt(minor, 10)
}

/** The management API, or `unsupported` with the reason. */
export function requireManagement(client: Client): Management {
  if (client.management) return client.management
  throw new BrokerError('unsupported', 'This needs the management address, which is not configured')
}

/** The vhost of a ref; outside the configured one nothing exists. */
export function vhostOfRef(client: Client, ref: DestinationRef): string {
  const vhost = ref.namespace ?? client.onlyVhost ?? '/'
  if (client.onlyVhost !== null && vhost !== client.onlyVhost) {
    throw new BrokerError('not_found', `The vhost ${vhost} is outside the one this broker is limited to`)
  }
  return vhost
}

/** `/<vhost>` below a list path where the broker is limited to one. */
export function scopePath(client: Client): string {
  return client.onlyVhost === null ? '' : `/${seg(client.onlyVhost)}`
}

/** One queue as the management API knows it now; `not_found` also when its type differs from the ref's. */
export async function readQueue(client: Client, ref: DestinationRef, call: Call): Promise<QueueFacts> {
  return (await readQueueItem(client, ref, call)).facts
}

export async function readQueueItem(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<{ item: Json; facts: QueueFacts }> {
  const vhost = vhostOfRef(client, ref)
  const management = requireManagement(client)
  const item = await readObject(management, 'queues', vhost, ref.name, call).catch((error: unknown) => {
    if (error instanceof BrokerError && error.code === 'not_found') throw noSuch(ref)
    throw error
  })
  const policies = await readMissingPolicies(client, [item], call)
  const facts = readQueueFacts(item, policies)
  if ((facts.kind === 'stream') !== (ref.type === 'stream')) throw noSuch(ref)
  return { item, facts }
}

/**
 * The API does not name the policy of a queue that is younger than the next gathering of statistics (5 s), nor
 * of any queue while statistics are off (until 4.2.5). Then it is worked out here.
 */
export async function readMissingPolicies(
  client: Client,
  items: readonly Json[],
  call: Call,
): Promise<Policies | null> {
  const isTold = items.every((item) => 'effective_policy_definition' in item)
  return isTold ? null : readAllPolicies(client, call)
}

async function readAllPolicies(client: Client, call: Call): Promise<Policies> {
  const management = requireManagement(client)
  const scope = scopePath(client)
  const list = (path: string) => management.getList(`${path}${scope}`, call).catch(() => [])
  const [user, operator] = await Promise.all([list('/policies'), list('/operator-policies')])
  return readPolicies(user, operator)
}

export function noSuch(ref: DestinationRef): BrokerError {
  return new BrokerError('not_found', `No ${ref.type} ${ref.name} in vhost ${ref.namespace ?? '/'}`)
}

/** Ready messages and consumers as the broker has them this moment (a passive declare). */
export async function checkLive(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<{ ready: number; consumers: number }> {
  const channel = await client.links.channel(vhostOfRef(client, ref), 'read', call)
  try {
    const state = await within(call, channel.checkQueue(ref.name))
    return { ready: state.messageCount, consumers: state.consumerCount }
  } catch (error) {
    throw mapAmqpError(error)
  } finally {
    channel.close().catch(() => undefined)
  }
}
