import { countOf } from '../../../lib/format/number.ts'
import type { Connection } from '../../../lib/schemas/connection.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import {
  BrokerError,
  type Call,
  type ConnectionsFacet,
  type DestinationRef,
  decodeParts,
  encodeParts,
  ok,
  throwIfOver,
} from '../contract/index.ts'
import type { CatalogKey } from './catalog.ts'
import type { Node } from './client.ts'
import { type Client, isReadingGroup, isReplication, nameOfClient, parseClients } from './client-list.ts'
import { type Context, keyOf } from './context.ts'
import { toBrokerError } from './errors.ts'
import { serverTimeOf } from './group-sample.ts'
import { expectReply, numberOf } from './reply.ts'
import { type Reader, readRoster } from './roster.ts'

/**
 * CLIENT LIST of every master. Redis does not tell which client is which consumer of a group: they are put together
 * where a client calls itself as the consumer is called, and never otherwise.
 */
export function openConnections(context: Context): ConnectionsFacet {
  return {
    list: (request, call) => listConnections(context, request, call),
    close: (id, _reason, call) => closeConnection(context, id, call),
  }
}

async function listConnections(
  context: Context,
  { destination, cursor, limit }: Parameters<ConnectionsFacet['list']>[0],
  call: Call,
) {
  const after = cursor === undefined ? null : readId(cursor, 'bad_request')
  if (destination && destination.type !== 'stream') {
    const message = `Redis does not tell which client reads a ${destination.type}`
    const problem = { scope: destination.name, code: 'unsupported', message }
    return { items: [], next: null, problems: [problem] }
  }
  const only = destination ? await streamOf(context, destination, call) : null
  const [roster, nodes] = await Promise.all([readRoster(context, only, call), context.link.masters(call)])
  const byName = Map.groupBy(roster.readers, ({ member }) => member.id)
  const problems: Problem[] = [...roster.problems]
  const parts = await Promise.all(nodes.map((node) => connectionsOf(context, node, byName, problems, call)))
  const all = parts
    .flat()
    .filter(({ consumers }) => !destination || consumers.length > 0)
    .toSorted((a, b) => compareConnections(readId(a.id, 'protocol'), readId(b.id, 'protocol')))
  const left = after ? all.filter(({ id }) => compareConnections(readId(id, 'protocol'), after) > 0) : all
  const items = left.slice(0, limit)
  return { items, next: left.length > limit ? (items.at(-1)?.id ?? null) : null, problems }
}

async function streamOf(context: Context, ref: DestinationRef, call: Call): Promise<CatalogKey> {
  const key = keyOf(context, ref)
  return { type: 'stream', name: ref.name, key, node: await context.link.nodeOf(key, call), subscribers: 0 }
}

async function connectionsOf(
  context: Context,
  node: Node,
  readers: ReadonlyMap<string, readonly Reader[]>,
  problems: Problem[],
  call: Call,
): Promise<Connection[]> {
  try {
    const [clients, time] = await node.run([['CLIENT', 'LIST'], ['TIME']], call)
    const atMs = context.deps.now()
    const serverMs = serverTimeOf(time, atMs)
    return parseClients(expectReply(clients)).map((client) =>
      show(context, node, client, readers.get(nameOfClient(client)) ?? [], serverMs, atMs),
    )
  } catch (error) {
    throwIfOver(call)
    const { code, message } = toBrokerError(error)
    // A broker with one server has then nothing to list.
    if (!context.link.isCluster) throw toBrokerError(error)
    problems.push({ scope: node.id, code, message })
    return []
  }
}

function show(
  context: Context,
  node: Node,
  client: Client,
  readers: readonly Reader[],
  serverMs: number,
  atMs: number,
): Connection {
  const name = nameOfClient(client)
  const [user, addr, age] = [client.get('user'), client.get('addr'), Number(client.get('age'))]
  const library = [client.get('lib-name'), client.get('lib-ver')].filter((part) => part).join(' ')
  const isOwn = isOurs(context, client)
  const consumers = readers.map(({ stream, group, member }) => ({
    tag: member.id,
    destination: { name: stream, namespace: context.link.db },
    group,
    ...(member.pending ? { unacked: member.pending } : {}),
    ...(member.idleMs?.state === 'ok' ? { idle: ok(member.idleMs.value / 1_000, 'seconds', atMs) } : {}),
    isActive: isReadingGroup(client),
  }))
  return {
    id: encodeParts([node.id, client.get('id') ?? '']),
    client: name || (addr ?? ''),
    ...(library ? { library } : {}),
    ...(user ? { user } : {}),
    ...(addr ? { host: addr } : {}),
    protocol: `RESP${client.get('resp') ?? ''}`,
    state: stateOf(client),
    ...(Number.isFinite(age) ? { since: new Date(serverMs - age * 1_000).toISOString() } : {}),
    readings: readingsOf(client, atMs),
    consumers,
    ...(isOwn || isReplication(client) ? {} : { closeEffect: effectOf(name || (addr ?? ''), readers) }),
    isOwn,
  }
}

/** `waiting` is the flag b: in a blocking read, as a consumer at rest is. */
function stateOf(client: Client): string {
  const flags = client.get('flags') ?? ''
  if (isReplication(client)) return 'replication'
  if (flags.includes('A') || flags.includes('c')) return 'closing'
  if (flags.includes('b')) return 'waiting'
  if (flags.includes('P')) return 'subscribed'
  return 'running'
}

function readingsOf(client: Client, atMs: number): Readings {
  const readings: Readings = {}
  const take = (name: string, field: string, unit: 'seconds' | 'bytes') => {
    const value = Number(client.get(field))
    if (client.has(field) && Number.isFinite(value)) readings[name] = ok(value, unit, atMs)
  }
  take('idle', 'idle', 'seconds')
  take('memory', 'tot-mem', 'bytes')
  take('outputBuffer', 'omem', 'bytes')
  return readings
}

function effectOf(name: string, readers: readonly Reader[]): string {
  const held = readers.reduce(
    (sum, { member }) => sum + (member.pending?.state === 'ok' ? member.pending.value : 0),
    0,
  )
  const pending =
    held === 0
      ? ''
      : ` The ${countOf(held, 'entry', 'entries')} it has pending stay in its name until they are acknowledged or handed over.`
  return `${name} is cut off, and a command it has under way gets no answer.${pending} Most clients connect again at once.`
}

function isOurs(context: Context, client: Client): boolean {
  return nameOfClient(client) === `signalbox-${context.deps.brokerId}`
}

async function closeConnection(context: Context, id: string, call: Call) {
  const [nodeId, clientId] = readId(id, 'not_found')
  const node = (await context.link.masters(call)).find((one) => one.id === nodeId)
  const gone = new BrokerError('not_found', 'This client is not connected any more')
  if (!node) throw gone
  const [listed] = await node.run([['CLIENT', 'LIST', 'ID', clientId]], call)
  const [client] = parseClients(expectReply(listed))
  if (!client) throw gone
  if (isOurs(context, client))
    throw new BrokerError('forbidden', 'This is a connection of the console itself')
  if (isReplication(client))
    throw new BrokerError('conflict', 'This is a link of replication, not a client: it is not closed here')
  const [killed] = await node.run([['CLIENT', 'KILL', 'ID', clientId]], call)
  if (numberOf(killed) === 0) throw gone
  const name = nameOfClient(client) || client.get('addr')
  return { done: 1, detail: `${name} was cut off from ${node.id}` }
}

/** Node and client id; a client's number is given once in the life of a server. */
function readId(id: string, code: 'bad_request' | 'not_found' | 'protocol'): readonly [string, string] {
  const [node, client, ...rest] = decodeParts(id) ?? []
  if (node === undefined || client === undefined || rest.length > 0 || !/^\d{1,18}$/.test(client))
    throw new BrokerError(code, 'There is no such connection')
  return [node, client]
}

function compareConnections(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1
  return Number(a[1]) - Number(b[1])
}
