import type { Call, DeadLetterEdge, DeadLettersFacet } from '../contract/index.ts'
import { type Client, readMissingPolicies, requireManagement, scopePath } from './client.ts'
import { findEdges } from './edges.ts'
import { readQueueFacts } from './facts.ts'
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
