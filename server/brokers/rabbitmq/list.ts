import type { Problem } from '../../../lib/schemas/problem.ts'
import {
  BrokerError,
  type Call,
  type DestinationInfo,
  type DestinationPage,
  decodeParts,
  encodeParts,
} from '../contract/index.ts'
import { exchangeAbilities, queueAbilities } from './abilities.ts'
import { type Client, readMissingPolicies, scopePath } from './client.ts'
import { keyOf } from './directory.ts'
import { type QueueFacts, readQueueFacts, refOfQueue } from './facts.ts'
import { readListing } from './listing.ts'
import { isJson, type Json, type Management, numberAt, textAt } from './management.ts'

const maxPage = 500
const columns =
  'name,vhost,type,arguments,durable,auto_delete,exclusive,policy,operator_policy,effective_policy_definition,delivery_limit,state'

interface Cursor {
  readonly part: 'queues' | 'exchanges'
  readonly page: number
  readonly size: number
  /** How many there were when this cursor was made: fewer now means that pages moved up. */
  readonly total: number
}

/** Queues and streams, then exchanges: each in the name-sorted pages the broker builds cheaply. */
export async function listDestinations(
  client: Client,
  request: { readonly cursor?: string | undefined; readonly limit: number },
  call: Call,
): Promise<DestinationPage> {
  if (!client.management) return { items: [], next: null, problems: [noListing] }
  const big = await listBig(client, client.management, request, call)
  if (big) return big
  const cursor = parseCursor(request.cursor, request.limit)
  const version = await client.version(call)
  let page = await readPage(client, client.management, cursor, version.statsOff, call)
  const items = page.items
  if (page.total < cursor.total && cursor.page > 1) {
    // Something was deleted meanwhile and the rest moved up: the page before holds what slipped past.
    const before = await readPage(
      client,
      client.management,
      { ...cursor, page: cursor.page - 1 },
      version.statsOff,
      call,
    )
    page = { ...page, items: [...before.items, ...items] }
  }
  const policies = cursor.part === 'queues' ? await readMissingPolicies(client, page.items, call) : null
  const infos = page.items.map((item) =>
    cursor.part === 'queues'
      ? queueInfo(client, readQueueFacts(item, policies), version.number)
      : exchangeInfo(client, item),
  )
  return { items: infos, next: nextOf(cursor, page), problems: [] }
}

/** Of a broker with thousands of queues pages cost seconds of its processor: one listing without statistics instead. */
async function listBig(
  client: Client,
  management: Management,
  request: { readonly cursor?: string | undefined; readonly limit: number },
  call: Call,
): Promise<DestinationPage | null> {
  const [word, after] = request.cursor === undefined ? ['after', ''] : (decodeParts(request.cursor) ?? [])
  if (word !== 'after' || after === undefined) return null
  const listing =
    request.cursor === undefined ? await readListing(client, management, call) : client.directory.kept
  if (!listing) {
    if (request.cursor === undefined) return null
    throw new BrokerError('bad_request', 'This cursor is not one of this list')
  }
  const { number: version } = await client.version(call)
  const size = Math.max(1, Math.min(request.limit, maxPage))
  const start = listing.items.findIndex((item) => keyOf(item) > after)
  const items = start < 0 ? [] : listing.items.slice(start, start + size)
  const last = items.at(-1)
  const isEnd = last === undefined || start + size >= listing.items.length
  return {
    items: items.map((item) => queueInfo(client, readQueueFacts(item, listing.policies), version)),
    next: isEnd ? encodeParts(['exchanges', '1', String(size), '0']) : encodeParts(['after', keyOf(last)]),
    problems: [],
  }
}

const noListing: Problem = {
  scope: 'destinations',
  code: 'unsupported',
  message: 'AMQP cannot list: without the management address only a queue known by name can be opened',
}

interface Page {
  readonly items: readonly Json[]
  readonly pages: number
  readonly total: number
}

async function readPage(
  client: Client,
  management: Management,
  { part, page, size }: Cursor,
  statsOff: boolean,
  call: Call,
): Promise<Page> {
  // With statistics off there are only basic columns, and asking for others would be refused by none but answer nothing.
  const wanted = part === 'queues' && !statsOff ? `&columns=${columns}` : ''
  const path = `/${part}${scopePath(client)}?page=${page}&page_size=${size}&sort=name${wanted}`
  try {
    const answer = await management.getObject(path, call)
    const items: unknown[] = Array.isArray(answer.items) ? answer.items : []
    return {
      items: items.filter(isJson),
      pages: numberAt(answer, 'page_count') ?? 1,
      total: numberAt(answer, 'filtered_count') ?? items.length,
    }
  } catch (error) {
    // A page beyond the last is 400: everything behind it was deleted since the cursor was made.
    const isBeyond = error instanceof BrokerError && error.detail?.status === 400 && page > 1
    if (isBeyond) return { items: [], pages: page, total: 0 }
    throw error
  }
}

function nextOf(cursor: Cursor, page: Page): string | null {
  if (cursor.page < page.pages) {
    return encodeParts([cursor.part, String(cursor.page + 1), String(cursor.size), String(page.total)])
  }
  return cursor.part === 'queues' ? encodeParts(['exchanges', '1', String(cursor.size), '0']) : null
}

function parseCursor(cursor: string | undefined, limit: number): Cursor {
  const size = Math.max(1, Math.min(limit, maxPage))
  if (cursor === undefined) return { part: 'queues', page: 1, size, total: 0 }
  const [part, ...numbers] = decodeParts(cursor) ?? []
  const [page, given, total] = numbers.map(Number)
  const isValid =
    (part === 'queues' || part === 'exchanges') &&
    numbers.length === 3 &&
    numbers.every((number) => /^\d{1,9}$/.test(number)) &&
    page !== undefined &&
    page >= 1 &&
    given !== undefined &&
    given >= 1 &&
    given <= maxPage
  if (!isValid) throw new BrokerError('bad_request', 'This cursor is not one of this list')
  return { part, page, size: given, total: total ?? 0 }
}

export function queueInfo(client: Client, facts: QueueFacts, version: number): DestinationInfo {
  return {
    ref: refOfQueue(facts),
    variant: facts.type,
    internal: facts.name.startsWith('amq.') && !facts.name.startsWith('amq.gen-'),
    abilities: queueAbilities(client, facts, version),
  }
}

export function exchangeInfo(client: Client, item: Json): DestinationInfo {
  const name = textAt(item, 'name') ?? ''
  const type = textAt(item, 'type')
  return {
    ref: { type: 'exchange', name, namespace: textAt(item, 'vhost') ?? '/' },
    ...(type === undefined ? {} : { variant: type }),
    internal: name === '' || name.startsWith('amq.'),
    abilities: exchangeAbilities(client, item.internal === true),
  }
}
