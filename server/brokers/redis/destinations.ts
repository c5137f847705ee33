import type { Consumer, Setting } from '../../../lib/schemas/destination.ts'
import {
  BrokerError,
  type Call,
  type DestinationDescription,
  type DestinationInfo,
  type DestinationPage,
  type DestinationRef,
  decodeParts,
  encodeParts,
  ok,
} from '../contract/index.ts'
import { type CatalogKey, compareText } from './catalog.ts'
import { type Context, expectType, keyOf, refOf } from './context.ts'
import type { Epochs } from './epochs.ts'
import { nameFromBytes } from './names.ts'
import { bytesOf, fieldsOf, listOf, numberOf, textOf } from './reply.ts'
import { abilitiesOf } from './rights.ts'
import { channelSample, listSample, streamSample } from './sample.ts'
import { readStreamGroups, readStreamInfo } from './stream-info.ts'

/** Later pages come from the walk of the first one, if it is not a minute old. */
const pageAgeMs = 60_000

export async function listDestinations(
  context: Context,
  request: { readonly cursor?: string | undefined; readonly limit: number },
  call: Call,
): Promise<DestinationPage> {
  const after = request.cursor === undefined ? null : decodeParts(request.cursor)
  if (request.cursor !== undefined && after?.length !== 2)
    throw new BrokerError('bad_request', 'The cursor is not one of ours')
  const [{ keys, problems }, rights] = await Promise.all([
    context.catalog.read(after ? pageAgeMs : 0, call),
    context.rights(call),
  ])
  const start = after ? keys.findIndex((key) => isAfter(key, after)) : 0
  const page = start < 0 ? [] : keys.slice(start, start + request.limit)
  const last = page.at(-1)
  const items = page.map(
    (key): DestinationInfo => ({
      ref: refOf(context, key.type, key.name),
      internal: false,
      abilities: abilitiesOf(key.type, rights),
    }),
  )
  const next = last && start + page.length < keys.length ? encodeParts([last.name, last.type]) : null
  return { items, next, problems: after ? [] : problems }
}

function isAfter(key: CatalogKey, [name = '', type = '']: readonly string[]): boolean {
  return (compareText(key.name, name) || compareText(key.type, type)) > 0
}

export async function describeDestination(
  context: Context,
  epochs: Epochs,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationDescription> {
  const key = keyOf(context, ref)
  const rights = await context.rights(call)
  if (ref.type === 'stream') {
    const [type, info, groups] = await context.link.run(
      key,
      [
        ['TYPE', key],
        ['XINFO', 'STREAM', key],
        ['XINFO', 'GROUPS', key],
      ],
      call,
    )
    expectType(type, ref)
    const [stream, found] = [readStreamInfo(info), readStreamGroups(groups)]
    const replies = await context.link.run(
      key,
      found.map((group) => ['XINFO', 'CONSUMERS', key, group.rawName]),
      call,
    )
    const atMs = context.deps.now()
    return {
      ref: refOf(context, 'stream', ref.name),
      internal: false,
      abilities: abilitiesOf('stream', rights),
      sample: streamSample(refOf(context, 'stream', ref.name), stream, found, epochs, atMs),
      parts: {
        settings: settingsOf(stream.fields),
        consumers: found.flatMap((group, at) => consumersOf(group.name, replies[at], atMs)),
      },
    }
  }
  if (ref.type === 'list') {
    const [type, length] = await context.link.run(
      key,
      [
        ['TYPE', key],
        ['LLEN', key],
      ],
      call,
    )
    expectType(type, ref)
    return {
      ref: refOf(context, 'list', ref.name),
      internal: false,
      abilities: abilitiesOf('list', rights),
      sample: listSample(context, ref, length),
      parts: { settings: [] },
    }
  }
  if (ref.type === 'channel') {
    return {
      ref: refOf(context, 'channel', ref.name),
      internal: false,
      abilities: abilitiesOf('channel', rights),
      sample: channelSample(context, {
        name: ref.name,
        subscribers: await countSubscribers(context, key, call),
      }),
      parts: { settings: [] },
    }
  }
  throw new BrokerError('not_found', `Redis has no ${ref.type}`)
}

/** Direct subscribers on all nodes: a channel of a cluster spans them. */
export async function countSubscribers(context: Context, channel: Buffer, call: Call): Promise<number> {
  const nodes = await context.link.masters(call)
  const counts = await Promise.all(
    nodes.map(async (node) => {
      const [reply] = await node.run([['PUBSUB', 'NUMSUB', channel]], call)
      return numberOf(listOf(reply)[1])
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

function settingsOf(fields: ReadonlyMap<string, unknown>): Setting[] {
  return [...fields]
    .filter(
      ([name, value]) => !['first-entry', 'last-entry', 'length', 'groups'].includes(name) && value !== null,
    )
    .map(([name, value]) => ({ name, value: textOf(value), source: 'XINFO STREAM' }))
}

function consumersOf(group: string, reply: unknown, atMs: number): Consumer[] {
  return listOf(reply).map((row) => {
    const fields = fieldsOf(row)
    const name = nameFromBytes(bytesOf(fields.get('name')))
    return {
      id: encodeParts([group, name]),
      name,
      group,
      pending: ok(numberOf(fields.get('pending')), 'messages', atMs),
      idleMs: ok(numberOf(fields.get('idle')), 'ms', atMs),
    }
  })
}
