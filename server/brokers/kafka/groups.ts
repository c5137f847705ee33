import { BrokerError, type Call, type GroupSample, type GroupsFacet } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode, kafkaErrors } from './errors.ts'
import { listGroups, readGroups } from './group-reads.ts'
import { sampleGroup, topicsOf } from './group-samples.ts'
import { readOffsets } from './offsets.ts'
import { findCoordinatorApi } from './protocol/groups.ts'
import { earliest, latest } from './protocol/list-offsets.ts'
import type { TopicFacts } from './topic-facts.ts'

export function groupsFacet(cluster: Cluster, facts: TopicFacts): GroupsFacet {
  return { describe: (key, call) => describeGroup(cluster, facts, key, call) }
}

async function describeGroup(
  cluster: Cluster,
  facts: TopicFacts,
  key: string,
  call: Call,
): Promise<GroupSample> {
  const [found] = await cluster.any(findCoordinatorApi, { groups: [key] }, call)
  if (found?.error !== 0)
    throw errorOfCode(found?.error ?? kafkaErrors.coordinatorNotAvailable, `group ${key}`, found?.message)
  const { groups, problems } = await listGroups(cluster, [found.node], call)
  const listed = groups.find((group) => group.id === key)
  if (!listed) {
    const [problem] = problems
    throw problem
      ? new BrokerError('unreachable', problem.message)
      : new BrokerError('not_found', `There is no group ${key}`)
  }
  const [group] = await readGroups(cluster, [listed], call)
  if (!group) throw new BrokerError('not_found', `There is no group ${key}`)
  const names = topicsOf(group)
  const { topics } = await cluster.metadata(names, call)
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, call),
    readOffsets(cluster, topics, latest, false, call),
    facts.refresh(names, call),
  ])
  return sampleGroup(group, {
    partitionsOf: (topic) =>
      topics.find((known) => known.name === topic)?.partitions.map((row) => row.partition) ?? [],
    starts,
    ends,
    hasGaps: (topic) => facts.isCompacted(topic),
    atMs: Date.now(),
  })
}
