import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import {
  type Call,
  type Counter,
  type DestinationRef,
  type DestinationSample,
  type GroupSample,
  ok,
  type Sample,
  throwIfOver,
  unavailable,
  unsupported,
} from '../contract/index.ts'
import type { CatalogKey } from './catalog.ts'
import type { Command, Node } from './client.ts'
import { type Context, keyOf, refOf } from './context.ts'
import type { Epochs } from './epochs.ts'
import { toBrokerError } from './errors.ts'
import { type Asked, sampleGroups, serverTimeOf } from './group-sample.ts'
import { numberOf } from './reply.ts'
import type { Rights } from './rights.ts'
import { readServers } from './servers.ts'
import { readStreamGroups, readStreamInfo, type StreamGroup, type StreamInfo } from './stream-info.ts'

/** Streams asked of in one pipeline: XINFO STREAM carries the first and the last entry whole, whatever their size. */
const streamsPerBatch = 100
/** Below the interval of a watched broker: what is new is listed at its next sample. */
const catalogAgeMs = 4_000

type Part = { destinations: DestinationSample[]; groups: GroupSample[]; problems: Problem[] }

export async function readSample(
  context: Context,
  epochs: Epochs,
  watched: readonly DestinationRef[],
  call: Call,
): Promise<Sample> {
  const [catalog, rights, servers] = await Promise.all([
    context.catalog.read(catalogAgeMs, call),
    context.rights(call),
    readServers(context, call),
  ])
  const keys = await withWatched(context, catalog.keys, watched, call)
  const parts = await Promise.all(
    [...groupBy(keys, (key) => key.node)].map(([node, own]) =>
      samplePart(context, epochs, rights, node, own, call),
    ),
  )
  const destinations = parts.flatMap((part) => part.destinations)
  const atMs = context.deps.now()
  const total = destinations.reduce(
    (sum, one) => sum + (one.readings.depth?.state === 'ok' ? one.readings.depth.value : 0),
    0,
  )
  const groups = parts.flatMap((part) => part.groups)
  const groupKeys = new Set(groups.map(({ key }) => key))
  context.lags.keep(groupKeys)
  context.undelivered.keep(groupKeys)
  const isPartial = catalog.problems.length > 0
  return {
    atMs,
    readings: {
      messages: isPartial
        ? unavailable('Not every key could be looked at', atMs)
        : ok(total, 'messages', atMs),
      ...servers.readings,
    },
    destinations,
    groups,
    ...(servers.nodes ? { nodes: servers.nodes } : {}),
    ...(servers.blocked === null ? {} : { blocked: servers.blocked }),
    problems: [...catalog.problems, ...servers.problems, ...parts.flatMap((part) => part.problems)],
  }
}

/** A watched destination younger than the last walk is asked all the same. */
async function withWatched(
  context: Context,
  keys: readonly CatalogKey[],
  watched: readonly DestinationRef[],
  call: Call,
): Promise<readonly CatalogKey[]> {
  const known = new Set(keys.map((key) => `${key.type} ${key.name}`))
  const more: CatalogKey[] = []
  for (const ref of watched) {
    if ((ref.type !== 'stream' && ref.type !== 'list') || known.has(`${ref.type} ${ref.name}`)) continue
    const key = keyOf(context, ref)
    more.push({
      type: ref.type,
      name: ref.name,
      key,
      node: await context.link.nodeOf(key, call),
      subscribers: 0,
    })
  }
  return [...keys, ...more]
}

async function samplePart(
  context: Context,
  epochs: Epochs,
  rights: Rights,
  node: Node | null,
  keys: readonly CatalogKey[],
  call: Call,
): Promise<Part> {
  const part: Part = { destinations: [], groups: [], problems: [] }
  if (!node) {
    part.destinations.push(...keys.map((key) => channelSample(context, key)))
    return part
  }
  try {
    const streams = keys.filter((key) => key.type === 'stream')
    const lists = keys.filter((key) => key.type === 'list')
    for (let at = 0; at < streams.length; at += streamsPerBatch)
      await sampleStreams(context, epochs, rights, node, streams.slice(at, at + streamsPerBatch), part, call)
    for (let at = 0; at < lists.length; at += 1_000) {
      const batch = lists.slice(at, at + 1_000)
      const replies = await node.run(
        batch.map((list) => ['LLEN', list.key]),
        call,
      )
      batch.forEach((list, i) => {
        keep(part, list.name, () => part.destinations.push(listSample(context, list, replies[i])))
      })
    }
  } catch (error) {
    throwIfOver(call)
    const { code, message } = toBrokerError(error)
    part.problems.push({ scope: node.id, code, message })
  }
  return part
}

async function sampleStreams(
  context: Context,
  epochs: Epochs,
  rights: Rights,
  node: Node,
  streams: readonly CatalogKey[],
  part: Part,
  call: Call,
): Promise<void> {
  const replies = await node.run(
    [
      ['TIME'],
      ...streams.flatMap(({ key }): Command[] => [
        ['XINFO', 'STREAM', key],
        ['XINFO', 'GROUPS', key],
      ]),
    ],
    call,
  )
  const atMs = context.deps.now()
  const asked: Asked[] = []
  streams.forEach(({ name, key }, i) => {
    keep(part, name, () => {
      const info = readStreamInfo(replies[2 * i + 1])
      const groups = readStreamGroups(replies[2 * i + 2])
      part.destinations.push(streamSample(refOf(context, 'stream', name), info, groups, epochs, atMs))
      asked.push(...groups.map((group) => ({ stream: name, key, info, group })))
    })
  })
  part.groups.push(
    ...(await sampleGroups(context, rights, node, asked, serverTimeOf(replies[0], atMs), call)),
  )
}

/** A key that went between the walk and now is no row; a refused one is a problem. */
function keep(part: Part, name: string, read: () => void): void {
  try {
    read()
  } catch (error) {
    const { code, message } = toBrokerError(error)
    if (code !== 'not_found' && code !== 'conflict') part.problems.push({ scope: name, code, message })
  }
}

export function streamSample(
  ref: DestinationRef,
  info: StreamInfo,
  groups: readonly StreamGroup[],
  epochs: Epochs,
  atMs: number,
): DestinationSample {
  const read = groups.map((group) => group.entriesRead)
  const isReadKnown = read.length > 0 && read.every((value) => typeof value === 'string')
  const delivered = isReadKnown
    ? read.reduce<bigint>((sum, value) => sum + BigInt(value ?? 0), 0n).toString()
    : null
  const consumers = groups.reduce((sum, group) => sum + group.consumers, 0)
  const pending = groups.reduce((sum, group) => sum + group.pending, 0)
  const counter = (name: string, value: string): Counter => ({
    value,
    atMs,
    epoch: epochs.of(`${ref.name} ${name}`, value),
    survivesRestart: true,
  })
  return {
    ref,
    state: 'running',
    readings: {
      depth: ok(info.length, 'messages', atMs),
      pending: ok(pending, 'messages', atMs),
      consumers: ok(consumers, 'consumers', atMs),
      groups: ok(groups.length, 'groups', atMs),
    },
    counters: {
      ...(info.entriesAdded === null ? {} : { published: counter('published', info.entriesAdded) }),
      ...(delivered === null ? {} : { delivered: counter('delivered', delivered) }),
    },
  }
}

export function listSample(
  context: Context,
  list: Pick<CatalogKey, 'name'>,
  length: unknown,
): DestinationSample {
  return {
    ref: refOf(context, 'list', list.name),
    state: 'running',
    readings: {
      depth: ok(numberOf(length), 'messages', context.deps.now()),
      consumers: unsupported('Redis does not know who pops from a list'),
    },
    counters: {},
  }
}

export function channelSample(
  context: Context,
  channel: Pick<CatalogKey, 'name' | 'subscribers'>,
): DestinationSample {
  const readings: Readings = {
    depth: unsupported('A pub/sub channel stores nothing'),
    consumers: ok(channel.subscribers, 'consumers', context.deps.now()),
  }
  return { ref: refOf(context, 'channel', channel.name), state: 'running', readings, counters: {} }
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
