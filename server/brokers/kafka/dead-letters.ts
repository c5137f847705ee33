import type { Call, DeadLetterEdge, DeadLettersFacet } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { listGroups, readGroups } from './group-reads.ts'
import { topicsOf } from './group-samples.ts'
import { refOf } from './map.ts'
import { describeConfigsApi, resourceTypes } from './protocol/admin.ts'

/** KIP-1191: the dead-letter topic of a share group is a config of the group. Unknown to Kafka before 4.4. */
const topicKey = 'errors.deadletterqueue.topic.name'

/** A Kafka broker knows of no other rejects: consumers send them by themselves, and name them in headers. */
export function deadLettersFacet(cluster: Cluster): DeadLettersFacet {
  return { edges: (call) => readEdges(cluster, call) }
}

async function readEdges(cluster: Cluster, call: Call): Promise<readonly DeadLetterEdge[]> {
  const { brokers } = await cluster.metadata([], call)
  const { groups } = await listGroups(
    cluster,
    brokers.map((broker) => broker.id),
    call,
  )
  const shared = groups.filter((group) => group.type === 'share')
  if (shared.length === 0) return []
  const names = shared.map((group) => group.id)
  const query = { type: resourceTypes.group, names, keys: null }
  const configs = await cluster.any(describeConfigsApi, query, call)
  const targets = new Map(
    configs.flatMap(({ name, error, configs: entries }) => {
      const target = entries.find((entry) => entry.name === topicKey)?.value
      return error === 0 && target ? [[name, target] as const] : []
    }),
  )
  if (targets.size === 0) return []
  const read = await readGroups(
    cluster,
    shared.filter((group) => targets.has(group.id)),
    call,
  )
  return read.flatMap((group) =>
    topicsOf(group).map((topic): DeadLetterEdge => {
      const target = targets.get(group.id) ?? ''
      return {
        from: refOf(topic),
        to: refOf(target),
        role: 'dead-letter',
        via: `share group ${group.id}`,
        evidence: { rule: 'topology', detail: `${topicKey} of share group ${group.id} is ${target}` },
      }
    }),
  )
}
