import type { Abilities, Effect } from '../../../lib/schemas/ability.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { TopicMeta } from './protocol/metadata.ts'

/** A Kafka look leaves nothing behind: no group, no offset, no rebalance. */
export const lookEffects: readonly Effect[] = [
  { code: 'none', detail: 'Read by offset without a consumer group: starts no rebalance, commits nothing' },
]

/** Bits of the operations a broker tells with a topic. */
export const operations = { read: 3, write: 4, create: 5, delete: 6, describe: 8 } as const
/** Certainly refused; false where the broker was not asked. */
export const mayNot = (topic: TopicMeta, operation: number): boolean =>
  topic.operations !== null && (topic.operations & (1 << operation)) === 0

/** What this driver offers on a Kafka cluster. */
export const clusterAbilities: Abilities = {
  browse: { level: 'full', effects: [...lookEffects] },
  tail: { level: 'full', effects: [...lookEffects] },
  publish: { level: 'full' },
  claim: {
    level: 'full',
    effects: [...lookEffects],
    limits: { settles: 'marks: the log keeps every message, the ledger marks what was replayed' },
  },
  requeue: { level: 'none', reason: 'Kafka has no verb of its own that sends a message again' },
  purge: { level: 'full' },
  manage: { level: 'partial', reason: 'Topics are created for parking and removed when empty' },
  groups: { level: 'full' },
  offsets: {
    level: 'partial',
    reason:
      'Streams groups are moved only by their own tool, share groups from Kafka 4.1 on; each group says what it lets be done',
  },
  members: {
    level: 'partial',
    reason: 'Kafka takes members out of classic and consumer groups, not out of share and streams groups',
  },
  pending: { level: 'none', reason: 'Kafka lists no messages that wait for an acknowledgement' },
  nodes: { level: 'full' },
  connections: {
    level: 'none',
    reason: 'Kafka brokers list no connections; who reads is in the members of each group',
  },
  deadLetters: { level: 'partial', reason: 'Only share groups tell the broker where rejects go' },
  topology: { level: 'none', reason: 'Kafka has no routing between topics' },
  doctor: { level: 'none', reason: 'Not offered for Kafka' },
}

/** The same under what the broker says these credentials may do with the cluster itself; null: not told. */
export function grantedAbilities(granted: number | null): Abilities {
  const lacks = (operation: number) => granted !== null && (granted & (1 << operation)) === 0
  const abilities: Abilities = { ...clusterAbilities }
  if (lacks(operations.create))
    abilities.manage = {
      level: 'partial',
      reason: 'These credentials may create only topics that an ACL names',
    }
  if (lacks(operations.describe)) {
    abilities.nodes = {
      level: 'partial',
      reason: 'Without DESCRIBE on the cluster the brokers tell no sizes on disk and no controller',
    }
    abilities.groups = { level: 'partial', reason: 'These credentials see only groups that an ACL names' }
  }
  return abilities
}

/** What cannot be read without DESCRIBE on the cluster. */
export function missingRights(granted: number | null): Problem[] {
  if (granted === null || (granted & (1 << operations.describe)) !== 0) return []
  const message = 'Without DESCRIBE on the cluster the brokers tell no sizes on disk'
  return [{ scope: 'cluster', code: 'forbidden', message }]
}

/** The same for one topic: its kind, and what these credentials may do with it. */
export function topicAbilities(topic: TopicMeta, cleanupPolicy: string | null): Abilities {
  const refused = (verb: string) => ({
    level: 'none' as const,
    reason: `These credentials may not ${verb} this topic`,
  })
  const abilities: Abilities = { ...clusterAbilities }
  if (cleanupPolicy !== null && !cleanupPolicy.split(',').includes('delete'))
    abilities.purge = {
      level: 'none',
      reason: 'The broker deletes no records of a topic that is only compacted',
    }
  if (topic.internal) {
    const reason = 'An internal topic of the broker is only read'
    for (const facet of ['publish', 'purge', 'manage'] as const) abilities[facet] = { level: 'none', reason }
  }
  if (mayNot(topic, operations.read))
    for (const facet of ['browse', 'tail', 'claim', 'purge'] as const) abilities[facet] = refused('read')
  if (mayNot(topic, operations.write)) abilities.publish = refused('write to')
  if (mayNot(topic, operations.delete)) abilities.purge = refused('delete from')
  return abilities
}
