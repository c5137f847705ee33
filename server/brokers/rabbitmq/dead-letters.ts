import type { Call, DeadLetterEdge, DeadLettersFacet } from '../contract/index.ts'
import { type Client, readMissingPolicies, requireManagement, scopePath } from './client.ts'
import { keyOf } from './directory.ts'
import { findEdges } from './edges.ts'
import { readQueueFacts } from './facts.ts'
import { readListing } from './listing.ts'
import { isJson, type Json, type Management, numberAt } from './management.ts'
import { readBindings, readExchanges } from './routes.ts'

const pageSize = 500
const queueColumns =
  'name,vhost,type,arguments,policy,operator_policy,effective_policy_definition,consumers,durable,auto_delete'

/** What arguments and policies say of where rejects go, followed through exchanges and bindings. */
export function newDeadLettersFacet(client: Client): DeadLettersFacet {
  return { edges: (call) => readEdges(client, call) }
}

async function readEdges(client: Client, call: Call): Promise<readonly DeadLetterEdge[]> {
  const management = requireManagement(client)
  const scope = scopePath(client)
  const { statsOff } = await client.version(call)
  const big = await edgesOfBig(client, management, call)
  if (big) return big
  const columns = statsOff ? '' : `&columns=${queueColumns}`
  const [items, exchanges, bindings] = await Promise.all([
    readPages(management, `/queues${scope}?sort=name${columns}`, call),
    readPages(management, `/exchanges${scope}?sort=name&columns=name,vhost,type,arguments`, call),
    management.getList(`/bindings${scope}`, call),
  ])
  const policies = await readMissingPolicies(client, items, call)
  const queues = items.map((item) => readQueueFacts(item, policies))
  return findEdges(queues, readExchanges(exchanges), readBindings(bindings))
}

/** Bindings of a big broker cost three scrapes: a change of theirs alone may be seen five minutes later. */
const bindingsAgeMs = 5 * 60_000

/** From the listing without statistics, and the consumers of the last scrape; null where one of them is missing. */
async function edgesOfBig(
  client: Client,
  management: Management,
  call: Call,
): Promise<readonly DeadLetterEdge[] | null> {
  const listing = await readListing(client, management, call)
  const consumers = client.lastConsumers
  if (!listing || !consumers) return null
  const scope = scopePath(client)
  const path = `/exchanges${scope}?sort=name&columns=name,vhost,type,arguments`
  const exchanges = await readPages(management, path, call)
  const last = client.lastRoutes
  const text = JSON.stringify(exchanges)
  const isFresh = last !== null && client.deps.now() - last.atMs < bindingsAgeMs
  const isSame = isFresh && last.generation === listing.generation && last.exchanges === text
  const bindings = isSame ? last.bindings : await management.getList(`/bindings${scope}`, call)
  if (!isSame)
    client.lastRoutes = {
      atMs: client.deps.now(),
      generation: listing.generation,
      exchanges: text,
      bindings,
    }
  const queues = listing.items.map((item) =>
    readQueueFacts({ ...item, consumers: consumers.get(keyOf(item)) }, listing.policies),
  )
  return findEdges(queues, readExchanges(exchanges), readBindings(bindings))
}

/** Name-sorted pages: unpaged, the broker would gather the statistics of every queue at once. */
async function readPages(management: Management, path: string, call: Call): Promise<Json[]> {
  const found: Json[] = []
  for (let page = 1; ; page += 1) {
    const answer = await management.getObject(`${path}&page=${page}&page_size=${pageSize}`, call)
    const items: unknown[] = Array.isArray(answer.items) ? answer.items : []
    found.push(...items.filter(isJson))
    if (page >= (numberAt(answer, 'page_count') ?? 1)) return found
  }
}
