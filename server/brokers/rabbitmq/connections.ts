import type { Connection } from '../../../lib/schemas/connection.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import {
  BrokerError,
  type Call,
  type ConnectionsFacet,
  type DestinationRef,
  decodeParts,
  encodeParts,
} from '../contract/index.ts'
import { type Client, requireManagement, vhostOfRef } from './client.ts'
import { mapConnection } from './connection-map.ts'
import { isJson, type Json, type Management, numberAt, objectAt, seg, textAt } from './management.ts'

type ListRequest = Parameters<ConnectionsFacet['list']>[0]
type ListAnswer = Awaited<ReturnType<ConnectionsFacet['list']>>

const pageSize = 500
/** 10,000 channels or connections: beyond, what was not read is said to be unknown. */
const maxPages = 20
const connectionColumns =
  'name,node,peer_host,peer_port,user,vhost,ssl,protocol,state,connected_at,channels,client_properties,user_provided_name'
const channelColumns = 'name,connection_details.name,messages_unacknowledged,idle_since,state,prefetch_count'

/** Who is connected: connections, channels and consumers of the management API, joined by name. */
export function newConnectionsFacet(client: Client): ConnectionsFacet {
  return {
    list: (request, call) => list(client, request, call),
    close: (id, reason, call) => close(client, id, reason, call),
  }
}

async function list(client: Client, request: ListRequest, call: Call): Promise<ListAnswer> {
  const management = requireManagement(client)
  const size = Math.max(1, Math.min(request.limit, pageSize))
  const [found, consumers, streaming] = await Promise.all([
    request.destination === undefined ? readPage(client, request.cursor, size, call) : null,
    management.getList(`/consumers${scopeOf(client)}`, call),
    readStreamConsumers(client, management, call),
  ])
  const all = [...consumers, ...streaming]
  const { items, next, problems } = found ?? (await readReadersOf(client, { ...request, size }, all, call))
  const channels = await readChannels(client, items, call)
  const context = {
    nowMs: client.deps.now(),
    instance: client.links.instance,
    kinds: kindsFor(client, request.destination),
  }
  return {
    items: items.map((item): Connection => {
      const name = nameOf(item)
      // A channel that is only counted yet, and not listed, may hold messages.
      const listed = channels?.get(name) ?? []
      const own = listed.length < (numberAt(item, 'channels') ?? 0) ? null : listed
      return mapConnection(
        { item, channels: own, consumers: all.filter((one) => connectionOf(one) === name) },
        context,
      )
    }),
    next,
    problems: [
      ...problems,
      ...(client.isMonitor === false ? [onlyOwn] : []),
      ...(channels === null ? [tooManyChannels] : []),
    ],
  }
}

const onlyOwn: Problem = {
  scope: 'connections',
  code: 'forbidden',
  message: 'Only connections of its own user are told: this needs the tag monitoring or administrator',
}
const tooManyChannels: Problem = {
  scope: 'connections',
  code: 'partial',
  message: 'There are more than 10,000 channels: what each connection holds was not counted',
}

const scopeOf = (client: Client) => (client.onlyVhost === null ? '' : `/${seg(client.onlyVhost)}`)

interface Found {
  readonly items: readonly Json[]
  readonly next: string | null
  readonly problems: readonly Problem[]
}

interface Page {
  readonly items: readonly Json[]
  readonly pages: number
}

type Kind = 'connections' | 'channels'
const columnsOf: Record<Kind, string> = { connections: connectionColumns, channels: channelColumns }

/** Page `page` (from 1) of everything the user may see, sorted by name. */
async function askPage(
  client: Client,
  kind: Kind,
  { page, size }: { readonly page: number; readonly size: number },
  call: Call,
): Promise<Page> {
  const management = requireManagement(client)
  if (client.onlyVhost !== null) {
    // Of one vhost the API tells all at once: it ignores pages there (3.10) or fails on them (3.13).
    const path = `/vhosts/${seg(client.onlyVhost)}/${kind}?columns=${columnsOf[kind]}`
    const all = (await management.getList(path, call)).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    return { items: all.slice((page - 1) * size, page * size), pages: Math.ceil(all.length / size) }
  }
  try {
    const path = `/${kind}?page=${page}&page_size=${size}&sort=name&columns=${columnsOf[kind]}`
    const answer = await management.getObject(path, call)
    const items: unknown[] = Array.isArray(answer.items) ? answer.items : []
    return { items: items.filter(isJson), pages: numberAt(answer, 'page_count') ?? 1 }
  } catch (error) {
    // A page beyond the last is 400: connections ended since.
    if (error instanceof BrokerError && error.detail?.status === 400) return { items: [], pages: 0 }
    throw error
  }
}

const nameOf = (item: Json) => textAt(item, 'name') ?? ''

async function readPage(
  client: Client,
  cursor: string | undefined,
  limit: number,
  call: Call,
): Promise<Found> {
  const [page, size] = cursor === undefined ? [1, limit] : parseCursor(cursor)
  const { items, pages } = await askPage(client, 'connections', { page, size }, call)
  return {
    items,
    next: page < pages ? encodeParts([String(page + 1), String(size)]) : null,
    problems: [],
  }
}

function parseCursor(cursor: string): [number, number] {
  const parts = decodeParts(cursor) ?? []
  const [page = 0, size = 0] = parts.map(Number)
  const isValid = parts.length === 2 && parts.every((part) => /^\d{1,6}$/.test(part))
  if (!isValid || page < 1 || size < 1 || size > pageSize)
    throw new BrokerError('bad_request', 'This cursor is not one of this list')
  return [page, size]
}

/** Those with a consumer on it. What `basic.get` took from it the broker counts by channel, not by queue. */
async function readReadersOf(
  client: Client,
  request: ListRequest & { readonly size: number },
  consumers: readonly Json[],
  call: Call,
): Promise<Found> {
  const ref: DestinationRef = request.destination ?? { type: 'queue', name: '' }
  const vhost = vhostOfRef(client, ref)
  const names = new Set(
    consumers
      .filter((consumer) => {
        const queue = objectAt(consumer, 'queue')
        return textAt(queue, 'name') === ref.name && textAt(queue, 'vhost') === vhost
      })
      .map(connectionOf),
  )
  const after = request.cursor === undefined ? null : (decodeParts(request.cursor)?.[0] ?? null)
  if (request.cursor !== undefined && after === null)
    throw new BrokerError('bad_request', 'This cursor is not one of this list')
  const wanted = [...names].filter((name) => after === null || name > after).sort()
  const shown = new Set(wanted.slice(0, request.size))
  const items: Json[] = []
  for (let page = 1, pages = 1; page <= pages && page <= maxPages && items.length < shown.size; page += 1) {
    const answer = await askPage(client, 'connections', { page, size: pageSize }, call)
    pages = answer.pages
    items.push(...answer.items.filter((item) => shown.has(nameOf(item))))
  }
  const last = [...shown].at(-1)
  const next = wanted.length > shown.size && last !== undefined ? encodeParts([last]) : null
  return { items, next, problems: [] }
}

/** Channels of these connections by connection name; null where there are too many to read. */
async function readChannels(
  client: Client,
  connections: readonly Json[],
  call: Call,
): Promise<Map<string, Json[]> | null> {
  const wanted = new Map(connections.map((item) => [nameOf(item), [] as Json[]]))
  if (wanted.size === 0) return wanted
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await askPage(client, 'channels', { page, size: pageSize }, call)
    pages = answer.pages
    if (pages > maxPages) return null
    for (const channel of answer.items)
      wanted.get(textAt(objectAt(channel, 'connection_details'), 'name') ?? '')?.push(channel)
  }
  return wanted
}

/** Of a consumer the connection it lies on. */
function connectionOf(consumer: Json): string {
  const channel = objectAt(consumer, 'channel_details')
  return textAt(channel, 'connection_name') ?? textAt(objectAt(consumer, 'connection_details'), 'name') ?? ''
}

/** Readers over the stream protocol, as consumers; none where the plugin is not there. */
async function readStreamConsumers(client: Client, management: Management, call: Call): Promise<Json[]> {
  const found = await management
    .getList(`/stream/consumers${scopeOf(client)}`, call)
    .catch((error: unknown) => {
      if (error instanceof BrokerError && error.code !== 'timeout') return []
      throw error
    })
  return found.map((item) => ({
    ...item,
    consumer_tag: `subscription ${numberAt(item, 'subscription_id') ?? ''}`.trim(),
    ack_required: false,
  }))
}

function kindsFor(client: Client, ref: DestinationRef | undefined): ReadonlyMap<string, string> {
  if (ref === undefined || (ref.type !== 'queue' && ref.type !== 'stream')) return client.kinds
  const key = `${vhostOfRef(client, ref)}\0${ref.name}`
  if (client.kinds.has(key)) return client.kinds
  return new Map(client.kinds).set(key, ref.type === 'stream' ? 'stream' : 'classic')
}

async function close(
  client: Client,
  id: string,
  reason: string,
  call: Call,
): Promise<{ done: number; detail: string }> {
  const management = requireManagement(client)
  const [name, since] = decodeParts(id) ?? []
  const gone = () => new BrokerError('not_found', 'This connection is gone')
  if (name === undefined || name === '') throw gone()
  const path = `/connections/${seg(name)}`
  const item = await management.getObject(path, call).catch((error: unknown) => {
    if (error instanceof BrokerError && error.code === 'not_found') throw gone()
    throw mayNotClose(error)
  })
  // The same host and port may have connected anew.
  if (String(numberAt(item, 'connected_at') ?? '') !== since) throw gone()
  if (textAt(objectAt(item, 'client_properties'), 'signalbox_instance') === client.links.instance)
    throw new BrokerError('forbidden', "This is the console's own connection")
  try {
    await management.delete(path, { 'X-Reason': asHeader(reason) }, call)
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'not_found') throw gone()
    throw mayNotClose(error)
  }
  return { done: 1, detail: `RabbitMQ closed ${name}; the client is told: ${asHeader(reason)}` }
}

function mayNotClose(error: unknown): unknown {
  if (!(error instanceof BrokerError) || error.code !== 'forbidden') return error
  return new BrokerError('forbidden', "RabbitMQ lets only an administrator close another user's connection", {
    cause: error,
  })
}

/** A header carries one line of printable ASCII. */
function asHeader(reason: string): string {
  const text = reason.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return text === '' ? 'Closed from Signalbox' : text
}
