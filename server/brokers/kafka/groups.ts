import type { Call, GroupSample, GroupsFacet } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { sampleGroup, topicsOf } from './group-samples.ts'
import { ageOf, findWaiting, logOf } from './lag-age.ts'
import { readLiveGroup } from './live-group.ts'
import { readOffsets } from './offsets.ts'
import { alterShareOffsetsApi } from './protocol/commit.ts'
import { earliest, latest } from './protocol/list-offsets.ts'
import { describeRemoval, removeMember } from './remove-member.ts'
import type { SampleMemory } from './sample-memory.ts'

export function groupsFacet(cluster: Cluster, memory: SampleMemory): GroupsFacet {
  return {
    describe: (key, call) => describeGroup(cluster, memory, key, call),
    removalEffect: (key, member, call) => describeRemoval(cluster, key, member, call),
    removeMember: (key, member, call) => removeMember(cluster, key, member, call),
  }
}

/** Of one group the times of all next messages are asked for, of a sample's many only some. */
const placesOfOneGroup = 2_000

async function describeGroup(
  cluster: Cluster,
  memory: SampleMemory,
  key: string,
  call: Call,
): Promise<GroupSample> {
  const { facts } = memory
  const { group, node } = await readLiveGroup(cluster, key, call)
  const names = topicsOf(group)
  const { topics } = await cluster.metadata(names, call)
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, call),
    readOffsets(cluster, topics, latest, false, call),
    facts.refresh(names, call),
  ])
  const atMs = Date.now()
  const byName = new Map(topics.map((topic) => [topic.name, topic]))
  const waiting = findWaiting([group], byName, { starts, ends }, new Set(names))
  await memory.times.learn(cluster, waiting, call, placesOfOneGroup)
  const versions = await cluster.versionsOf(node)
  return sampleGroup(group, {
    partitionsOf: (topic) => byName.get(topic)?.partitions.map((row) => row.partition) ?? [],
    starts,
    ends,
    hasGaps: (topic) => facts.isCompacted(topic),
    ageOf: (name, partition, offset, end) => {
      const topic = byName.get(name)
      return topic
        ? ageOf(memory, logOf(topic, partition), offset, end)
        : { unknown: 'this topic or partition is gone' }
    },
    movesShare: versions?.apis.some((api) => api.key === alterShareOffsetsApi.key) === true,
    atMs,
  })
}
