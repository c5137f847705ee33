import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import {
  BrokerError,
  type Call,
  type DestinationRef,
  type GroupSample,
  ok,
  remainingMs,
  type Sample,
  shorten,
} from '../contract/index.ts'
import type { Brokers } from './cluster.ts'
import { listGroups, missingGroups, type ReadGroup, readGroups } from './group-reads.ts'
import { sampleGroup, topicsOf } from './group-samples.ts'
import { ageOf, findWaiting, logOf } from './lag-age.ts'
import { readLogSizes, sumSizes } from './log-sizes.ts'
import { blockedReason, replicaProblems, sampleNodes } from './nodes.ts'
import { type OffsetTable, offsetIn, readOffsets } from './offsets.ts'
import { releaseOf } from './probe.ts'
import { alterShareOffsetsApi } from './protocol/commit.ts'
import { earliest, latest } from './protocol/list-offsets.ts'
import type { Metadata, TopicMeta } from './protocol/metadata.ts'
import { describeQuorumApi } from './protocol/quorum.ts'
import type { SampleMemory } from './sample-memory.ts'
import { sampleTopic } from './topic-sample.ts'

/**
 * Everything in a fixed number of rounds whatever the number of topics: metadata; then groups, sizes and
 * settings by broker; then starts and ends by leader; then the next messages that groups wait with, by leader.
 * Cursors are read before the ends, so that a consumer running meanwhile makes no negative lag.
 */
export async function sampleCluster(
  cluster: Brokers,
  memory: SampleMemory,
  watched: readonly DestinationRef[],
  call: Call,
): Promise<Sample> {
  const { facts } = memory
  const metadata = await cluster.metadata(null, call)
  const { topics } = metadata
  const names = topics.map((topic) => topic.name)
  facts.noteTopics(names)
  for (const { id, host, port } of metadata.brokers) memory.addresses.set(id, { host, port })
  const brokers = metadata.brokers.map((broker) => broker.id)
  // A coordinator that waits for a lost node must leave time for the offsets: they are most of what is asked here.
  const first = shorten(call, remainingMs(call) * 0.4)
  const [listed, sizes, controller] = await Promise.all([
    listGroups(cluster, brokers, first).then(async ({ groups, problems }) => ({
      groups: await readGroups(cluster, groups, first),
      problems: [...problems, ...missingGroups(topics)],
    })),
    readLogSizes(cluster, metadata, null, first),
    readController(cluster, metadata, first),
    facts.refresh(names, first),
  ])
  // A leader that hangs costs its own partitions, not the whole sample.
  const second = shorten(call, remainingMs(call) * 0.7)
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, topics, earliest, false, second),
    readOffsets(cluster, topics, latest, false, second),
  ])
  const atMs = Date.now()
  noteEnds(memory, topics, ends, atMs)
  const byName = new Map(topics.map((topic) => [topic.name, topic]))
  const watchedNames = new Set(watched.map((ref) => ref.name))
  await memory.times.learn(cluster, findWaiting(listed.groups, byName, { starts, ends }, watchedNames), call)
  const { versions, movesShare } = await readVersions(cluster, brokers)
  const groups = listed.groups.map((group) =>
    sampleGroup(group, {
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
      movesShare,
      atMs,
    }),
  )
  const { consumers, readers } = countReaders(listed.groups)
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
      retentionOf: (name) => facts.retentionOf(name),
      atMs,
    }),
  )
  const { directories } = sizes
  const { addresses } = memory
  const nodes = sampleNodes({ metadata, directories, controller, versions, addresses, atMs })
  return {
    atMs,
    readings: readingsOf(destinations, groups, groupsKnown, brokers.length, atMs),
    destinations,
    groups,
    nodes,
    blocked: blockedReason(metadata),
    problems: [
      ...nodes.flatMap((node) => node.problems.filter((problem) => problem.code !== 'forbidden')),
      ...listed.problems,
      ...leaderless(destinations),
      ...replicaProblems(metadata),
    ],
  }
}

function noteEnds(memory: SampleMemory, topics: readonly TopicMeta[], ends: OffsetTable, atMs: number): void {
  memory.history.begin()
  for (const topic of topics)
    for (const { partition } of topic.partitions) {
      const end = offsetIn(ends, topic.name, partition)
      if (end !== null) memory.history.note(logOf(topic, partition), end, atMs)
    }
}

/** With ZooKeeper metadata names the controller; with KRaft it names any broker, and the quorum knows. */
async function readController(cluster: Brokers, metadata: Metadata, call: Call): Promise<number | null> {
  try {
    const { error, leader } = await cluster.any(describeQuorumApi, null, call)
    return error === 0 && leader >= 0 ? leader : null
  } catch (error) {
    if (call.signal.aborted) throw error
    const isOld = error instanceof BrokerError && error.code === 'unsupported'
    return isOld && metadata.controller >= 0 ? metadata.controller : null
  }
}

async function readVersions(cluster: Brokers, brokers: readonly number[]) {
  const told = await Promise.all(brokers.map(async (id) => [id, await cluster.versionsOf(id)] as const))
  const known = told.flatMap(([id, versions]) => (versions ? [[id, versions] as const] : []))
  return {
    versions: new Map(
      known.flatMap(([id, { features }]) =>
        features.has('metadata.version') ? [[id, releaseOf(features)] as const] : [],
      ),
    ),
    movesShare: known.some(([, { apis }]) => apis.some((api) => api.key === alterShareOffsetsApi.key)),
  }
}

function countReaders(groups: readonly ReadGroup[]) {
  const consumers = new Map<string, number>()
  const readers = new Map<string, number>()
  for (const group of groups) {
    for (const topic of topicsOf(group)) readers.set(topic, (readers.get(topic) ?? 0) + 1)
    for (const member of group.members)
      for (const topic of new Set(member.assigned.map((row) => row.topic)))
        consumers.set(topic, (consumers.get(topic) ?? 0) + 1)
  }
  return { consumers, readers }
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
