import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import { type Call, type GroupSample, ok, remainingMs, type Sample, shorten } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { listGroups, missingGroups, readGroups } from './group-reads.ts'
import { sampleGroup, topicsOf } from './group-samples.ts'
import { readLogSizes, sumSizes } from './log-sizes.ts'
import { readOffsets } from './offsets.ts'
import { earliest, latest } from './protocol/list-offsets.ts'
import type { TopicFacts } from './topic-facts.ts'
import { sampleTopic } from './topic-sample.ts'

/**
 * Everything in a fixed number of rounds whatever the number of topics: metadata; then groups, sizes and
 * cleanup policies by broker; then starts and ends by leader. Cursors are read before the ends, so that a
 * consumer running meanwhile makes no negative lag.
 */
export async function sampleCluster(cluster: Cluster, facts: TopicFacts, call: Call): Promise<Sample> {
  const metadata = await cluster.metadata(null, call)
  const { topics } = metadata
  const names = topics.map((topic) => topic.name)
  facts.noteTopics(names)
  const brokers = metadata.brokers.map((broker) => broker.id)
  // A coordinator that waits for a lost node must leave time for the offsets: they are most of what is asked here.
  const first = shorten(call, remainingMs(call) * 0.4)
  const [listed, sizes] = await Promise.all([
    listGroups(cluster, brokers, first).then(async ({ groups, problems }) => ({
      groups: await readGroups(cluster, groups, first),
      problems: [...problems, ...missingGroups(topics)],
    })),
    readLogSizes(cluster, metadata, null, first),
    facts.refresh(names, call),
  ])
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, call),
    readOffsets(cluster, topics, latest, false, call),
  ])
  const atMs = Date.now()
  const partitions = new Map(
    topics.map((topic) => [topic.name, topic.partitions.map((row) => row.partition)]),
  )
  const groups = listed.groups.map((group) =>
    sampleGroup(group, {
      partitionsOf: (topic) => partitions.get(topic) ?? [],
      starts,
      ends,
      hasGaps: (topic) => facts.isCompacted(topic),
      atMs,
    }),
  )
  const consumers = new Map<string, number>()
  const readers = new Map<string, number>()
  for (const group of listed.groups) {
    for (const topic of topicsOf(group)) readers.set(topic, (readers.get(topic) ?? 0) + 1)
    for (const member of group.members)
      for (const topic of new Set(member.assigned.map((row) => row.topic)))
        consumers.set(topic, (consumers.get(topic) ?? 0) + 1)
  }
  const groupsKnown = listed.problems.length === 0
  const bytes = sumSizes(sizes, topics)
  const destinations = topics.map((topic) =>
    sampleTopic(topic, {
      starts,
      ends,
      bytes,
      bytesReason: sizes.reason,
      consumers: groupsKnown ? consumers : null,
      groups: groupsKnown ? readers : null,
      gapsOf: (name) => facts.gapsOf(name),
      atMs,
    }),
  )
  return {
    atMs,
    readings: readingsOf(destinations, groups, groupsKnown, brokers.length, atMs),
    destinations,
    groups,
    problems: [...listed.problems, ...leaderless(destinations)],
  }
}

function leaderless(destinations: Sample['destinations']): Problem[] {
  const bad = destinations.filter(({ state }) => state === 'offline' || state === 'leaderless')
  if (bad.length === 0) return []
  const [first] = bad
  const rest = bad.length > 1 ? ` and ${bad.length - 1} more` : ''
  const message = `Topics with partitions without a leader: ${first?.ref.name}${rest}`
  return [{ scope: 'cluster', code: 'leaderless', message }]
}

function readingsOf(
  destinations: Sample['destinations'],
  groups: readonly GroupSample[],
  groupsKnown: boolean,
  brokers: number,
  atMs: number,
): Readings {
  let messages = 0
  let bytes = 0
  let isExact = true
  for (const { readings } of destinations) {
    if (readings.depth?.state === 'ok') messages += readings.depth.value
    if (readings.bytes?.state === 'ok') bytes += readings.bytes.value
    if (readings.depth?.state !== 'ok' || readings.depth.quality !== 'exact') isExact = false
  }
  return {
    messages: ok(messages, 'messages', atMs, isExact ? 'exact' : 'approximate'),
    bytes: ok(bytes, 'bytes', atMs, isExact ? 'exact' : 'approximate'),
    groups: ok(groups.length, 'groups', atMs, groupsKnown ? 'exact' : 'approximate'),
    brokers: ok(brokers, 'count', atMs),
  }
}
